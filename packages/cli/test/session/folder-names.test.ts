// Folders at the prompt: their names are completed, and told where one was typed without its slash.
import { expect, it } from 'vitest';
import type { PeerlaneNode } from '../../src/node/node.ts';
import { NameCompletion } from '../../src/session/name-completion.ts';

const found = {
  search: () => Promise.resolve([{ filename: 'phone.txt' }, { filename: '2026' }]),
  searchFolders: () =>
    Promise.resolve([{ name: 'photos' }, { name: 'photos/2026' }, { name: ' lead' }]),
};

function completion(): NameCompletion {
  return new NameCompletion(found as unknown as PeerlaneNode, new AbortController().signal);
}

it.each([
  ['get pho', ['phone.txt', 'photos/', 'photos/2026/']],
  ['get photos/', ['photos/', 'photos/2026/']],
  ['get photos/2', ['photos/2026/']],
  ['get " l', ['" lead/"']],
  ['cancel mu', ['music/']],
])('The line %j is completed by files and folders', async (line, names) => {
  const [completions] = await completion().complete(line, ['get', 'cancel'], ['music/']);
  expect(completions).toEqual(names);
});

it.each([
  ['photos', 'photos/'],
  ['photos/', 'photos/'],
  ['photos/2026', 'photos/2026/'],
  ['phone.txt', 'phone.txt'],
  ['2026', '2026'],
  ['nothing', undefined],
])('Of the typed text %j, %j can be got', async (typed, name) => {
  expect(await completion().nameFor(typed)).toBe(name);
});
