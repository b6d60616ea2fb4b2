// The name of a folder, as it is typed and as it is asked for.
import { expect, it } from 'vitest';
import { ProtocolError } from '@peerlane/protocol';
import { folderName } from '../../src/node/get-folder.ts';

it.each([
  ['photos/', 'photos'],
  ['photos', 'photos'],
  ['./photos/', 'photos'],
  ['photos//2026///', 'photos/2026'],
  ['./a/./b/.', 'a/b'],
  ['...', '...'],
  ['/home/photos/', '/home/photos'],
])('The typed name %j asks for the folder %j', (typed, asked) => {
  expect(folderName(typed)).toBe(asked);
});

it.each(['/', './', '../', '..', '', 'photos/../', '../photos/'])(
  'The typed name %j is refused, with what was expected',
  (typed) => {
    let refused: unknown;
    try {
      folderName(typed);
    } catch (error) {
      refused = error;
    }
    expect(ProtocolError.is(refused) && refused.code).toBe('bad-filename');
    expect((refused as Error).message).toBe(
      `a folder's name must be a path below what is shared, such as photos/2026/, got "${typed}"`,
    );
  },
);
