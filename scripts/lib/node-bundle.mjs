// How sources of this repository become one file for Node.

/** The options of esbuild for it, in which the licences of what is built in can be found. */
export const nodeBundle = {
  bundle: true,
  minify: true,
  charset: 'utf8',
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  conditions: ['@peerlane/source'],
  metafile: true,
};

/** What the file begins with: dependencies that are CommonJS ask for Node's modules by `require`. */
export const requireForNode =
  "import{createRequire}from'node:module';const require=createRequire(import.meta.url);";
