// QR codes on terminals.
import { encode } from 'uqr';
import { expect, it } from 'vitest';
import { qrLines } from '../../src/lines/qr-code.ts';

const text = '42-icon-fox';
const terminal = { isTTY: true, columns: 80, env: { LANG: 'C.UTF-8' }, platform: 'linux' } as const;

it('A terminal shows the modules of the code, light ones as blocks', () => {
  const { size, data } = encode(text, { border: 2 });
  const lines = qrLines(text, terminal);
  const isLight = (character: string, half: 'upper' | 'lower'): boolean =>
    character === '█' || character === (half === 'upper' ? '▀' : '▄');
  data.forEach((row, y) => {
    const characters = lines[Math.floor(y / 2)]!.split('');
    expect(characters).toHaveLength(size);
    const half = y % 2 === 0 ? 'upper' : 'lower';
    expect(characters.map((each) => !isLight(each, half))).toEqual(row);
  });
});

it('Nothing is shown where the code would not be one', () => {
  expect(qrLines(text, { ...terminal, isTTY: false })).toEqual([]);
  expect(qrLines(text, { ...terminal, columns: 20 })).toEqual([]);
  expect(qrLines(text, { ...terminal, rows: 16 })).toEqual([]);
  expect(qrLines(text, { ...terminal, env: {} })).toEqual([]);
  expect(qrLines(text, { ...terminal, env: { LANG: 'C.UTF-8', LC_ALL: 'C' } })).toEqual([]);
  expect(qrLines(text, { ...terminal, env: { LANG: 'C.UTF-8', TERM: 'dumb' } })).toEqual([]);
  expect(qrLines(text, { ...terminal, env: {}, platform: 'win32' })).toEqual([]);
  expect(qrLines(text, { ...terminal, columns: 0 })).not.toEqual([]);
  const windows = { ...terminal, env: { WT_SESSION: 'x' }, platform: 'win32' } as const;
  expect(qrLines(text, windows)).not.toEqual([]);
});
