// How the program of the package is built: as one file with all that it needs, which starts sooner than
// many files that have to be found.
import { defineConfig } from 'tsup';
import { writeLicences } from '../../scripts/lib/licences.mjs';
import { requireForNode } from '../../scripts/lib/node-bundle.mjs';
import { build } from '../../tsup.shared.ts';

export default defineConfig(
  build({
    entry: ['src/bin.ts'],
    // The rest of the package was built before.
    clean: false,
    dts: false,
    minify: true,
    splitting: false,
    // Only those who have a configuration file load yaml.
    noExternal: [/^(?!yaml$)/],
    esbuildOptions: (options) => {
      options.sourcesContent = false;
      options.charset = 'ascii';
    },
    banner: { js: requireForNode },
    // npm brings no licences for what is built in.
    esbuildPlugins: [writeLicences('dist/NOTICES.txt')],
  }),
);
