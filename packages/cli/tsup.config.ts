// How the package is built.
import { basename } from 'node:path';
import { defineConfig } from 'tsup';
import { writeLicences } from '../../scripts/lib/licences.mjs';
import { build } from '../../tsup.shared.ts';

export default defineConfig(
  build({
    entry: ['src/index.ts', 'src/node/index.ts', 'src/bin.ts'],
    // As it is installed, zod is a hundred files in fifty languages, which take longer to load than the program.
    noExternal: ['zod'],
    // yargs is built in, with all that it needs: npm brings no licences for that.
    esbuildPlugins: [
      {
        // The schema that the package exports is one of its user's zod.
        name: 'zod-of-the-user',
        setup: ({ onResolve }) => {
          onResolve({ filter: /^zod$/ }, ({ importer }) =>
            basename(importer) === 'json-event-schema.ts'
              ? { path: 'zod', external: true }
              : undefined,
          );
        },
      },
      writeLicences('dist/NOTICES.txt'),
    ],
    esbuildOptions: (options) => {
      options.alias = { 'string-width': './src/command-line/plain-width.ts' };
    },
  }),
);
