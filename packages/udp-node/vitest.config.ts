import { mergeConfig } from 'vitest/config';
import { shared } from '../../vitest.shared.ts';

// A module that a test puts another in the place of must not be loaded already.
export default mergeConfig(shared, { test: { isolate: true } });
