// How the heavy tests of the package run.
import { heavy } from '../../vitest.shared.ts';
import config from './vitest.config.ts';

/** `pnpm test:heavy`. */
export default heavy(config);
