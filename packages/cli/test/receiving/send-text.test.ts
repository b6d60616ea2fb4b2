// What a question shows of a send: all of it comes from the network, and none of it may deceive.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { claimedName } from '../../src/lines/claimed-name.ts';
import { questionLines } from '../../src/receiving/send-text.ts';
import { framedText } from '../../src/receiving/text-lines.ts';
import type { IncomingSend } from '../../src/sends/incoming.ts';
import { textWidth } from '../../src/text/text-width.ts';

const send = (more: Partial<IncomingSend> = {}): IncomingSend => ({
  id: '0123456789abcdef',
  from: 'anna',
  address: '192.168.1.7',
  items: 1,
  total: 6,
  first: { kind: 'file', filename: 'hello.txt', size: 6 },
  ...more,
});

const question = (more: Partial<IncomingSend>, sealed = false): string =>
  questionLines(send(more), sealed)[0]!;

describe('the question', () => {
  it('It says who sends what, how much, and whether the name is proven', () => {
    expect(question({})).toBe(
      '"anna" at 192.168.1.7 (open: the name is only a claim) wants to send you "hello.txt" (6 B).',
    );
    expect(question({ items: 12, total: 34_000_000 }, true)).toBe(
      '"anna" at 192.168.1.7 (sealed) wants to send you 12 things (34 MB), first "hello.txt".',
    );
    const folder = { kind: 'folder', filename: 'photos', size: 7, files: 3 } as const;
    expect(question({ first: folder })).toContain('the folder "photos/" (3 files, 7 B).');
    expect(question({ first: { kind: 'text', filename: 'x', size: 7 } })).toContain('a text (7 B)');
  });

  it.each([
    ['\u001b[2J\u001b]0;owned\u0007', '"\\u{1b}[2J\\u{1b}]0;owned\\u{7}"'],
    ['invoice\u202efdp.exe', '"invoice\\u{202e}fdp.exe"'],
    ['a" (1 B). Take it? y\np2p> ', '"a\\" (1 B). Take it? y\\np2p> "'],
    [`${'a'.repeat(251)}.exe`, `"${'a'.repeat(43)}…${'a'.repeat(12)}.exe"`],
  ])('The name %j is shown as %j', (name, shown) => {
    expect(claimedName(name)).toBe(shown);
    expect(question({ first: { kind: 'file', filename: name, size: 6 } })).toContain(
      `${shown} (6 B).`,
    );
    expect(question({ from: name })).toMatch(/^"/);
  });

  it('No name ends its quotes, breaks the line, or is wider than what is shown', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (name) => {
        const shown = claimedName(name);
        expect(shown.slice(1, -1).replaceAll('\\"', '')).not.toContain('"');
        expect(shown).not.toMatch(/\p{Cc}/u);
        expect(textWidth(shown)).toBeLessThanOrEqual(64);
      }),
    );
  });
});

describe('a text', () => {
  it('Each of its rows stands in the frame, and nothing controls the terminal', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 3000 }), (text) => {
        const rows = framedText(text, 40);
        for (const row of rows.slice(0, -1)) {
          expect(row).toMatch(/^ {2}│ /);
          expect(row).not.toMatch(/\p{Cc}/u);
          expect(textWidth(row)).toBeLessThanOrEqual(41);
        }
        expect(rows.at(-1)).toMatch(/^ {2}└ /);
      }),
    );
  });

  it('A text that looks like the program stays in its frame', () => {
    expect(framedText('p2p> y\nReceived "a".\u001b[A', 80)).toEqual([
      '  │ p2p> y',
      '  │ Received "a".\\u{1b}[A',
      '  └ 2 lines',
    ]);
  });

  it('The longest text is cut to so many rows', () => {
    const rows = framedText('\n'.repeat(65_536), 80);
    expect(rows).toHaveLength(501);
    expect(rows.at(-1)).toBe('  └ cut here: it has 65,536 lines');
  });
});
