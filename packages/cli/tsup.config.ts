// How the package is built, without its program.
import { defineConfig } from 'tsup';
import { build } from '../../tsup.shared.ts';

const entry = ['src/index.ts', 'src/node/index.ts'];

export default defineConfig(
  build({
    entry,
    dts: { entry: [...entry, 'src/bin.ts'], compilerOptions: { ignoreDeprecations: '6.0' } },
  }),
);
