// What a digest looks like as text.
import { expect, it } from 'vitest';
import { digestBytes, isDigest } from '../src/index.ts';

const digest = '0123456789abcdef'.repeat(4);

it('A digest is 64 lower-case hex digits, two for each of its bytes', () => {
  expect(digest).toHaveLength(2 * digestBytes);
  expect(isDigest(digest)).toBe(true);
});

it.each([
  ['of 63 digits', digest.slice(1)],
  ['of 65 digits', `${digest}0`],
  ['in upper case', digest.toUpperCase()],
  ['before a line feed', `${digest}\n`],
  ['with a letter that is no digit', `g${digest.slice(1)}`],
  ['of bytes', new Uint8Array(32)],
  ['of digits in an object', { toString: () => digest }],
  ['that is missing', undefined],
])('A value is not a digest if it is one %s', (_, value) => {
  expect(isDigest(value)).toBe(false);
});
