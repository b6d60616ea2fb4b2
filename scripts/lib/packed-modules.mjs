// An esbuild plugin that keeps packages compressed in a bundle.
import { builtinModules } from 'node:module';
import { brotliCompressSync } from 'node:zlib';
import { build } from 'esbuild';

/**
 * An esbuild plugin that keeps packages compressed in the bundle. Unpacking one takes about a
 * millisecond, and only when the program comes to it.
 *
 * @param packages for each package, the exported names that are used
 * @param options `alias`: what stands in for packages that they import; `onBuilt`: called with the
 * metafile of each
 */
export function packedModules(packages, { alias, onBuilt }) {
  return {
    name: 'packed',
    setup({ onResolve, onLoad }) {
      const filter = new RegExp(`^(?:${Object.keys(packages).join('|')})$`);
      onResolve({ filter }, ({ path, resolveDir }) => ({
        path,
        namespace: 'packed',
        pluginData: resolveDir,
      }));
      onLoad({ filter: /.*/, namespace: 'packed' }, async ({ path, pluginData: resolveDir }) => {
        const names = packages[path];
        const { outputFiles, metafile } = await build({
          stdin: { contents: `export { ${names.join()} } from '${path}';`, resolveDir },
          bundle: true,
          minify: true,
          format: 'cjs',
          target: 'node20.19',
          // Code for Node alone often comes in one piece, of which nothing can be left out.
          platform: 'neutral',
          mainFields: ['module', 'main'],
          external: [...builtinModules, 'node:*'],
          define: { 'import.meta.url': 'url' },
          alias,
          metafile: true,
          write: false,
        });
        onBuilt(metafile);
        const packed = brotliCompressSync(outputFiles[0].contents).toString('base64');
        return { contents: unpacking(packed, names), resolveDir };
      });
    },
  };
}

/** A module that exports what was packed. */
function unpacking(packed, names) {
  const exports = names.map((name) =>
    name === 'default'
      ? 'export default unpacked.exports.default;'
      : `export const ${name} = unpacked.exports.${name};`,
  );
  return `
    import { compileFunction } from 'node:vm';
    import { brotliDecompressSync } from 'node:zlib';
    const code = brotliDecompressSync(Buffer.from('${packed}', 'base64')).toString();
    const unpacked = { exports: {} };
    compileFunction(code, ['require', 'module', 'url'])(require, unpacked, import.meta.url);
    ${exports.join('\n')}
  `;
}
