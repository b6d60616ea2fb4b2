// Names that look like others because they hold characters that nobody sees.
import { expect, it } from 'vitest';
import { visibleText } from '../src/index.ts';

const invisible = [
  ...[0x34f, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x180b, 0x180f, 0x3164, 0xffa0],
  ...[0xfe00, 0xfe0f, 0xe0000, 0xe0100, 0xe01ef, 0xe0fff],
];

it.each(invisible.map((code) => code.toString(16)))(
  'A name with the invisible character U+%s does not look like the name without it',
  (hex) => {
    const character = String.fromCodePoint(Number.parseInt(hex, 16));
    expect(visibleText(`report${character}.pdf`)).toBe(`report\\u{${hex}}.pdf`);
    expect(visibleText(`1${character}`)).toBe(`1\\u{${hex}}`);
    expect(visibleText(`${character}a`)).toBe(`\\u{${hex}}a`);
  },
);

it('A variation selector stays behind an emoji, but no second one does', () => {
  expect(visibleText('\u2764\ufe0f.png')).toBe('\u2764\ufe0f.png');
  expect(visibleText('\u2764\ufe0f\ufe0f.png')).toBe('\u2764\ufe0f\\u{fe0f}.png');
});
