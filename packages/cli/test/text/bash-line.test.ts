// Reading a line as bash does, and quoting what is inserted into it.
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quoteForBash, readBashLine } from '../../src/text/bash-line.ts';

const breaks = ' \t\n"\'@><=;|&(:';

describe('a line of bash', () => {
  it.for<[string, string[], string, string, number]>([
    ['p2p get ', ['p2p', 'get'], '', '', 0],
    ['p2p  get re', ['p2p', 'get'], 're', '', 0],
    ['p2p get a\\ b', ['p2p', 'get'], 'a b', '', 0],
    ['p2p get "a b" \'c d', ['p2p', 'get', 'a b'], 'c d', "'", 0],
    ['p2p get x"a b', ['p2p', 'get'], 'xa b', '"', 1],
    ['p2p get "a\\"b\\c', ['p2p', 'get'], 'a"b\\c', '"', 0],
    ['p2p get "a b"c', ['p2p', 'get'], 'a bc', '', 0],
    ['p2p get --peer h:1 a:b', ['p2p', 'get', '--peer', 'h:1'], 'a:b', '', 2],
    ['p2p get "a:b', ['p2p', 'get'], 'a:b', '"', 0],
    ['p2p get a\\', ['p2p', 'get'], 'a', '', 0],
    ["p2p get '' ", ['p2p', 'get', ''], '', '', 0],
  ])('%s', ([line, before, current, quote, from]) => {
    expect(readBashLine(line, breaks)).toEqual({
      ...{ before, current, quote, from },
      isExpanded: false,
    });
  });

  it.for(['p2p get $HO', 'p2p get "$(to', 'p2p get `to', 'p2p get a <b', 'p2p get $(to'])(
    'The word that bash would expand is known: %s',
    (line) => {
      expect(readBashLine(line, breaks).isExpanded).toBe(true);
    },
  );

  it('An escaped or quoted sign is not expanded', () => {
    for (const line of ['p2p get \\$HO', "p2p get '$(to", 'p2p $x y', 'p2p get "\\`to'])
      expect(readBashLine(line, breaks).isExpanded).toBe(false);
  });

  it('Any text that is quoted is read as it was', () => {
    const visible = fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => text.normalize());
    fc.assert(
      fc.property(visible, fc.constantFrom('', "'", '"'), (text, quote) => {
        const line = `p2p get ${quote}${quoteForBash(text, quote)}`;
        const read = readBashLine(line, breaks);
        expect([read.current, read.isExpanded]).toEqual([text, false]);
      }),
    );
  });

  it('bash itself reads a quoted text as it was', ({ skip }) => {
    skip(spawnSync('bash', ['-c', 'true']).status !== 0, 'there is no bash here');
    const text = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).join('');
    // A script has no history, in which `!` would be looked for.
    const script = (['', "'", '"'] as const)
      .map((quote) => `printf '%s\\n' ${quote}${quoteForBash(text, quote)}${quote}\n`)
      .join('');
    const { stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
    expect([stdout, stderr]).toEqual([`${text}\n`.repeat(3), '']);
  });
});
