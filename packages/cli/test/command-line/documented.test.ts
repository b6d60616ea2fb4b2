// The documentation shows the same command lines as the help.
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { commands } from '../../src/command-line/commands.ts';
import { parseInvitation } from '@peerlane/seal/invitation';

it.for(['README.md', 'packages/cli/README.md', 'docs/commands.md'])(
  '%s installs completion by the lines that `p2p completion --help` shows',
  async (path) => {
    const text = await readFile(new URL(`../../../../${path}`, import.meta.url), 'utf8');
    const shown = text.split('\n').filter((line) => /^p2p completion (bash|zsh|fish) /.test(line));
    expect(shown).toEqual(commands.completion.examples.map(([line]) => `p2p ${line}`));
  },
);

it('The first screen of README.md has the picture, the installation, and the job of two machines', async () => {
  const text = await readFile(new URL('../../../../README.md', import.meta.url), 'utf8');
  const begin = text.split('\n').slice(0, 40).join('\n');
  const parts = ['who has resume.pdf?', 'install:p2p', 'p2p share --lan', 'p2p get --lan'];
  const places = parts.map((part) => begin.indexOf(part));
  expect(places).not.toContain(-1);
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(begin).not.toContain(' demo ');
});

it.for([
  ...['README.md', 'packages/cli/README.md', 'packages/seal/README.md'],
  ...['docs/commands.md', 'docs/protocol.md'],
])('Whoever types an invitation of %s is not told that its words are none', async (path) => {
  const text = await readFile(new URL(`../../../../${path}`, import.meta.url), 'utf8');
  const shown = text.match(/(?<![\w.-])[1-9]\d?-[a-z]+-[a-z]+(?![\w-])/g) ?? [];
  expect(shown).not.toEqual([]);
  for (const each of shown) expect(parseInvitation(each).text).toBe(each);
});

it('Whoever types an invitation of the help is not told that its words are none', () => {
  const typed = commands.join.examples.flatMap(
    ([line]) => line.split(' ').slice(1).join(' ') || [],
  );
  expect(typed).not.toEqual([]);
  for (const each of typed) expect(parseInvitation(each).number).toBe(4);
});
