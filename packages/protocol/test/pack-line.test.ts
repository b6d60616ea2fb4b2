// The lines in a pack: those that only say a size are read without JSON, and mean the same.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodePackLine, maxPackBytes, PackLineDecoder, type PackLine } from '../src/index.ts';
import { failure } from './support/outcomes.ts';

function read(text: string): PackLine | undefined {
  return new PackLineDecoder().push(Buffer.from(`${text}\n`))?.line;
}

describe('the lines of a pack', () => {
  it('A size survives the wire, and reads as it does among other keys', () => {
    fc.assert(
      fc.property(fc.nat(maxPackBytes), (size) => {
        expect(Buffer.from(encodePackLine({ size })).toString()).toBe(`{"size":${size}}\n`);
        for (const text of [`{"size":${size}}`, `{ "size":${size}}`, `{"size":${size},"a":1}`])
          expect(read(text)).toEqual({ size });
      }),
    );
  });

  it.each(['06', '00', '', '-1', '+1', '4194305', '9'.repeat(400), '1:', '/', '1.5'])(
    'A line with the size %j is refused',
    (size) => {
      expect(() => read(`{"size":${size}}`)).toThrow(failure('bad-answer'));
    },
  );

  it('A number that JSON has in other words is read by its rules', () => {
    expect(read('{"size":1e3}')).toEqual({ size: 1000 });
    expect(read('{"size":0}')).toEqual({ size: 0 });
  });
});
