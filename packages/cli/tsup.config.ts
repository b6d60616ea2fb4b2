import { defineConfig } from 'tsup';
import { build } from '../../tsup.shared.ts';

export default defineConfig(
  build({
    entry: ['src/index.ts', 'src/bin.ts'],
    esbuildOptions: (options) => {
      options.alias = { 'string-width': './src/command-line/plain-width.ts' };
    },
  }),
);
