// The ESLint rule that keeps the layers of the repository apart.
import { isBuiltin } from 'node:module';
import { relative, resolve, sep } from 'node:path';

/**
 * The ESLint rule that keeps the layers apart. Its options say which packages of ours a file may
 * import, and which modules of Node it may or may not; what they leave out is free. A relative
 * import never leaves its package. It sees static and dynamic imports, types, and `export from`.
 */
export const imports = {
  meta: {
    type: 'problem',
    schema: [
      {
        type: 'object',
        properties: {
          peerlane: { type: 'array' },
          nodeOnly: { type: 'array' },
          nodeExcept: { type: 'array' },
        },
        additionalProperties: false,
      },
    ],
    messages: {
      layer: 'This layer may not import {{name}}: see "Layers" in CONTRIBUTING.md.',
      across: 'Packages import each other by name.',
    },
  },
  create(context) {
    const [{ peerlane, nodeOnly, nodeExcept = [] } = {}] = context.options;
    const path = relative(import.meta.dirname, context.filename).split(sep);
    const home = resolve(import.meta.dirname, ...path.slice(0, path[0] === 'bench' ? 1 : 2));

    const fault = (name) => {
      if (/^\.\.?(?:\/|$)/.test(name)) {
        const target = relative(home, resolve(context.filename, '..', name));
        return /^\.\.(?:[/\\]|$)/.test(target) ? 'across' : undefined;
      }
      if (name.startsWith('@peerlane/')) {
        return peerlane && !peerlane.includes(name.split('/')[1]) ? 'layer' : undefined;
      }
      if (!isBuiltin(name)) return undefined;
      const module = name.replace(/^node:/, '').split('/')[0];
      const allowed = nodeOnly ? nodeOnly.includes(module) : !nodeExcept.includes(module);
      return allowed ? undefined : 'layer';
    };
    const check = ({ source }) => {
      const name = source?.value ?? source?.quasis?.[0]?.value.cooked;
      if (typeof name !== 'string') return;
      const messageId = fault(name);
      if (messageId) context.report({ node: source, messageId, data: { name } });
    };
    return {
      ImportDeclaration: check,
      ImportExpression: check,
      TSImportType: check,
      ExportAllDeclaration: check,
      ExportNamedDeclaration: check,
    };
  },
};
