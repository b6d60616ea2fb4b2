import type { Options } from 'tsup';

/** How every package is built: ESM for Node 20.19 and up, with types and source maps. */
export function build(options: Options & { entry: string[] }): Options {
  return {
    format: 'esm',
    target: 'node20.19',
    sourcemap: true,
    clean: true,
    silent: true,
    // tsup sets `baseUrl`, which TypeScript 6 calls deprecated.
    dts: { compilerOptions: { ignoreDeprecations: '6.0' } },
    ...options,
  };
}
