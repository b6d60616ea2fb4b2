import { defineConfig } from 'tsup';
import { build } from '../../tsup.shared.ts';

export default defineConfig(build({ entry: ['src/index.ts', 'src/invitation/index.ts'] }));
