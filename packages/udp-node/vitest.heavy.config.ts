import { heavy, shared } from '../../vitest.shared.ts';

/** `pnpm test:heavy`. */
export default heavy(shared);
