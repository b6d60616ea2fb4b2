// The ESLint rule that keeps the rooms of a package in order.
import { relative, resolve, sep } from 'node:path';

/**
 * The ESLint rule that keeps the rooms of a package in order. `floors` lists the folders of `src`
 * from the lowest floor up ('.' is the top folder itself), `doors` the files that put everything
 * together. A file may import its own room and every room on a lower floor. A door may import
 * everything, and only another door may import it. Imports of types count as well.
 */
export const rooms = {
  meta: {
    type: 'problem',
    schema: [
      {
        type: 'object',
        properties: { floors: { type: 'array' }, doors: { type: 'array' } },
        required: ['floors', 'doors'],
        additionalProperties: false,
      },
    ],
    messages: {
      upwards: '{{from}} may not import {{to}}: see "Rooms" in docs/architecture.md.',
      door: 'Nothing imports {{to}}, which puts the package together.',
      unknown: 'The folder {{from}} stands on no floor: eslint.config.js lists them.',
    },
  },
  create(context) {
    const [{ floors, doors }] = context.options;
    const path = relative(import.meta.dirname, context.filename).split(sep);
    const source = resolve(import.meta.dirname, ...path.slice(0, path.indexOf('src') + 1));
    const own = placeOf(relative(source, context.filename));
    const floorOf = (room) => floors.findIndex((floor) => floor.includes(room));

    const fault = (name) => {
      const target = relative(source, resolve(context.filename, '..', name));
      if (target.startsWith('..') || doors.includes(own.file)) return undefined;
      const to = placeOf(target);
      if (doors.includes(to.file)) return { messageId: 'door', data: { to: to.file } };
      if (to.room === own.room || floorOf(to.room) < floorOf(own.room)) return undefined;
      return { messageId: 'upwards', data: { from: own.room, to: to.room } };
    };
    const check = ({ source: imported }) => {
      const name = imported?.value ?? imported?.quasis?.[0]?.value.cooked;
      if (typeof name !== 'string' || !/^\.\.?\//.test(name)) return;
      const found = fault(name);
      if (found) context.report({ node: imported, ...found });
    };
    return {
      Program(node) {
        if (floorOf(own.room) >= 0 || doors.includes(own.file)) return;
        context.report({ node, messageId: 'unknown', data: { from: own.room } });
      },
      ImportDeclaration: check,
      ImportExpression: check,
      TSImportType: check,
      ExportAllDeclaration: check,
      ExportNamedDeclaration: check,
    };
  },
};

/** The room of a file below `src`, and the file with its room. */
function placeOf(path) {
  const parts = path.split(sep);
  return { room: parts.length > 1 ? parts[0] : '.', file: parts.join('/') };
}
