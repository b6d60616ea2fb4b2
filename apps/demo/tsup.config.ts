// How the demo and its page are built.
import { defineConfig } from 'tsup';
import { build } from '../../tsup.shared.ts';

export default defineConfig([
  build({
    entry: ['src/main.ts', 'src/demo.ts', 'src/node-program.ts'],
    dts: false,
    // The page is built at the same time.
    clean: ['!page/**'],
  }),
  build({
    entry: ['src/page/page.ts'],
    outDir: 'dist/page',
    platform: 'browser',
    target: 'es2022',
    noExternal: [/.*/],
    minify: true,
    sourcemap: false,
    dts: false,
  }),
]);
