import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SealError } from '../../src/index.ts';
import { newInvitation, parseInvitation } from '../../src/invitation/index.ts';
import { words } from '../../src/invitation/words.ts';

const errorOf = (text: string): SealError => {
  try {
    parseInvitation(text);
  } catch (error) {
    if (SealError.is(error)) return error;
  }
  throw new Error(`accepted: ${text}`);
};

describe('The words', () => {
  it('are 1,295 different ones of three to five letters', () => {
    expect(new Set(words).size).toBe(1295);
    expect(words).toHaveLength(1295);
    for (const word of words) expect(word).toMatch(/^[a-z]{3,5}$/);
    expect(words).toEqual([...words].sort());
  });
});

describe('An invitation', () => {
  it('that was made can be read, in any case and with any blanks or dashes between', () => {
    const between = fc.constantFrom('-', ' ', '  ', ' - ', '–', '\t', '-\n');
    fc.assert(
      fc.property(between, between, fc.boolean(), (one, two, upper) => {
        const made = newInvitation();
        const [number, ...said] = made.split('-');
        const text = ` ${number!}${one}${said[0]!}${two}${said[1]!}\n`;
        expect(parseInvitation(upper ? text.toUpperCase() : text)).toEqual({
          number: Number(number),
          text: made,
        });
      }),
    );
  });

  it('uses every number and every word, none of them more often than the bits allow', () => {
    let next = 0;
    // Each of the 2,048 draws comes once for each of three questions.
    const seen = new Map<string, number>();
    for (let value = 0; value < 2048; value += 1) {
      const draws = [value, value, value];
      const text = newInvitation(() => {
        const drawn = draws.shift() ?? (next += 1) % 90;
        return Uint8Array.of(0xf8 | (drawn >> 8), drawn & 0xff);
      });
      if (draws.length === 0)
        for (const part of text.split('-').slice(0, 2)) seen.set(part, (seen.get(part) ?? 0) + 1);
    }
    for (let number = 1; number <= 99; number += 1)
      expect(seen.get(`${number}`)).toBeGreaterThan(19);
    for (const word of words) expect(seen.get(word)).toBeGreaterThan(0);
  });

  it('is refused with what was expected if it is none', () => {
    const bad = ['', '4', '4-icon', 'icon-fox', '0-icon-fox', '04-icon-fox', '100-icon-fox'];
    for (const text of [...bad, '4-icon-fox-owl', '-4-icon-fox', '4.5-icon-fox', '4-'.repeat(99)]) {
      expect(errorOf(text).code).toBe('bad-invitation');
      expect(errorOf(text).message).toMatch(/expected an invitation .* such as "4-icon-fox"/);
    }
  });

  it('names the nearest words where one is none', () => {
    expect(errorOf('4-icno-fox').message).toMatch(/"icno" is none .* Did you mean "icon"\?$/);
    expect(errorOf('4-icon-foxx').message).toMatch(/"foxx" .* Did you mean "fox"\?$/);
    expect(errorOf('4-icon-qqqqq').message).toMatch(
      /"qqqqq" is none of the words of invitations\.$/,
    );
  });

  it('is refused without repeating what cannot be printed', () => {
    expect(errorOf('4-icon-\u001b[31mfox').message).not.toContain('\u001b');
    fc.assert(
      fc.property(fc.array(fc.nat(0x10ffff)), (points) => {
        try {
          parseInvitation(`4-icon-${String.fromCodePoint(...points)}`);
        } catch (error) {
          expect((error as Error).message).toMatch(/^[\x20-\x7e]+$/);
        }
      }),
    );
  });
});
