// How much of a text from the network is shown.
import { describe, expect, it } from 'vitest';
import { maxShownLength, shortText, shownText } from '../src/index.ts';

describe('a text from the network', () => {
  it('stays as it is up to 512 UTF-16 code units', () => {
    const text = 'a'.repeat(512);
    expect(maxShownLength).toBe(512);
    expect(shortText(text)).toBe(text);
    expect(shownText(text)).toBe(text);
  });

  it('is cut beyond that, with a mark for the rest', () => {
    expect(shortText('a'.repeat(65_000))).toBe(`${'a'.repeat(511)}…`);
  });

  it('is cut between characters', () => {
    const cut = shortText(`${'a'.repeat(510)}😀${'b'.repeat(9)}`);
    expect(cut).toBe(`${'a'.repeat(510)}…`);
    expect(cut.isWellFormed()).toBe(true);
  });

  it('is cut again where its escapes make it longer', () => {
    const shown = shownText('\u{e0001}'.repeat(65_000));
    expect(shown).toHaveLength(512);
    expect(shown.startsWith('\\u{e0001}\\u{e0001}')).toBe(true);
  });
});
