// Trees that no honest peer lists: nothing outside of the folder is touched, and the rest comes.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodeTransferAnswer, type TreePath } from '@peerlane/protocol';
import { entries, temporaryFolder } from '../support/helpers.ts';
import { downloadPhotos, holds } from '../support/photos.ts';
import { fileLine, folderLine, treePeer, type TreePeerOptions } from '../support/tree-peer.ts';

const inOrder = (lines: readonly object[]): object[] =>
  [...lines].sort((one, other) => (pathOf(one) < pathOf(other) ? -1 : 1));
const pathOf = (line: object): string => (line as { path: TreePath }).path[0]!;

describe('An entry that cannot be written is told, and the rest comes', () => {
  const names: Readonly<Record<string, string>> = {
    'the parent folder': '..',
    'this folder': '.',
    'an empty name': '',
    'a name with a slash': 'a/b',
    'a name with a backslash': 'a\\b',
    'an absolute path': '/tmp/evil',
    'a drive of Windows': 'C:\\evil',
    'a device of Windows': 'NUL',
    'a device with an extension': 'com1.txt',
    'a hidden name': '.ssh',
    'the hidden folder of downloads': '.peerlane',
    'a name with a control character': 'a\u001b[2J',
    'a name that is too long': 'n'.repeat(256),
  };
  it.each(Object.entries(names))('such as %s', async (_, name) => {
    const good = fileLine(['good'], 'good');
    const tree = inOrder([good, fileLine([name], 'evil')]);
    const address = await treePeer({
      tree,
      content: ([first]) => (first === 'good' ? 'good' : 'evil'),
    });
    const { into, problems, lost } = await downloadPhotos({ sources: [{ address }] });
    expect(problems).toMatchObject([{ path: [name], kind: 'bad-name' }]);
    expect(lost).toEqual([]);
    expect(await entries(into)).toEqual(['photos']);
    expect(await readdir(join(into, 'photos'))).toEqual(['good']);
  });

  it.each(Object.entries(names))('as a folder, with what is in it: %s', async (_, name) => {
    const tree = inOrder([folderLine(name), fileLine(['good'], 'good')]);
    tree.splice(pathOf(tree[0]!) === name ? 1 : 2, 0, fileLine([name, 'evil'], 'evil'));
    const address = await treePeer({ tree, content: (path) => path.at(-1)! });
    const { into, problems } = await downloadPhotos({ sources: [{ address }] });
    expect(problems).toMatchObject([{ path: [name], kind: 'bad-name' }]);
    expect(await readdir(join(into, 'photos'))).toEqual(['good']);
  });
});

it('Of two names that differ by case or by the form of a letter, the first comes', async () => {
  const tree = [
    fileLine(['A'], 'A'),
    folderLine('B'),
    fileLine(['B', 'x'], 'x'),
    fileLine(['a'], 'a'),
    folderLine('b'),
    fileLine(['b', 'y'], 'y'),
    fileLine(['e\u0301'], 'e\u0301'),
    fileLine(['\u00e9'], '\u00e9'),
  ];
  const address = await treePeer({ tree, content: (path) => path.at(-1)! });
  const { into, problems } = await downloadPhotos({ sources: [{ address }] });
  expect(problems.map(({ path, kind }) => [path, kind])).toEqual([
    [['a'], 'clash'],
    [['b'], 'clash'],
    [['\u00e9'], 'clash'],
  ]);
  expect(Object.keys(await holds(join(into, 'photos'))).sort()).toEqual([
    'A',
    'B',
    'B/x',
    'e\u0301',
  ]);
});

it('A path of very many levels is refused, and what is above it comes', async () => {
  const levels = Array.from({ length: 66 }, (_, index) =>
    folderLine(...Array.from({ length: index + 1 }, () => 'd')),
  );
  const address = await treePeer({ tree: levels });
  const { problems, result } = await downloadPhotos({ sources: [{ address }] });
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatchObject({ kind: 'bad-name' });
  expect(problems[0]!.path).toHaveLength(65);
  expect(result.folders).toBe(64);
});

describe('A peer whose tree is none is lost, and writes nothing outside', () => {
  const million: TreePath = Array.from({ length: 1_000_000 }, () => '');
  const trees: Readonly<Record<string, TreePeerOptions>> = {
    'entries out of order': { tree: [fileLine(['b'], 'b'), fileLine(['a'], 'a')] },
    'an entry twice': { tree: [fileLine(['a'], 'a'), fileLine(['a'], 'a')] },
    'an entry in a folder that it does not list': { tree: [fileLine(['a', 'b'], 'b')] },
    'an entry in a file': { tree: [fileLine(['a'], 'a'), fileLine(['a', 'b'], 'b')] },
    'an entry in an omitted folder': {
      tree: [{ path: ['a'], kind: 'omitted' }, fileLine(['a', 'b'], 'b')],
    },
    'a million levels': { tree: [fileLine(million, 'deep')] },
    'a page that repeats': { tree: [folderLine('a')], cursor: () => 'again' },
    'pages that repeat by turns': {
      tree: [folderLine('a')],
      cursor: (page) => `${(page + 1) % 3}`,
    },
    'pages without entries': { tree: [], cursor: (page) => `${page + 1}` },
    'a cursor that no request can carry': {
      tree: (page) => [folderLine(`${page}`)],
      cursor: () => 'c'.repeat(8000),
    },
    'a line that is no entry': { tree: [{ path: ['a'], kind: 'file' }] },
    'a file of a negative size': { tree: [fileLine(['a'], 'a', { size: -1 })] },
    'a page that is too long': {
      tree: [],
      answer: (_, socket) => socket.write('{"v":2,"length":1048577}\n'),
    },
    'no line feed at its end': {
      tree: [],
      answer: (_, socket) => socket.write('{"v":2,"length":2}\n{}'),
    },
  };
  it.each(Object.entries(trees))('%s', async (_, options) => {
    const into = await temporaryFolder();
    const address = await treePeer({ content: (path) => path.at(-1)!, ...options });
    const failed = downloadPhotos({ sources: [{ address }], into });
    await expect(failed).rejects.toMatchObject({ code: 'bad-answer' });
    expect((await entries(into)).filter((name) => name !== 'photos')).toEqual([]);
  });
});

describe('A word from the network is never looked up among the words of the language', () => {
  const words = ['constructor', 'toString', '__proto__', 'hasOwnProperty'];
  it.each(words)('An entry that is omitted for the reason "%s"', async (reason) => {
    const address = await treePeer({ tree: [{ path: ['a'], kind: 'omitted', reason }] });
    const { problems } = await downloadPhotos({ sources: [{ address }] });
    expect(problems).toEqual([
      { path: ['a'], kind: 'omitted', reason: `the holder says: ${reason}` },
    ]);
  });

  it.each(words)('A source that refuses with "%s" is lost, and no other', async (code) => {
    const tree = [fileLine(['a'], 'a')];
    const liar = await treePeer({
      tree,
      answer: (_, socket) => socket.write(encodeTransferAnswer({ error: { code, message: 'x' } })),
    });
    const address = await treePeer({ tree, content: () => 'a' });
    const sources = [{ address: liar }, { address }];
    const { lost, result } = await downloadPhotos({ sources });
    expect(lost).toEqual([[liar.port, 'refused']]);
    expect(result.files).toBe(1);
  });
});
