// How the tests of the package run.
import { mergeConfig } from 'vitest/config';
import { shared } from '../../vitest.shared.ts';

export default mergeConfig(shared, { test: { globalSetup: './test/support/bundle.ts' } });
