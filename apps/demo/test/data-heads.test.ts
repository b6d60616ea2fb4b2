// The first bytes of each answer's data, found in a stream that is cut anywhere.
import { encodeTransferAnswer, encodeTransferHeader } from '@peerlane/protocol';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { DataHeads, headLength } from '../src/link/data-heads.ts';

function headsOf(stream: Uint8Array, cuts: readonly number[]): string[] {
  const heads: string[] = [];
  const finder = new DataHeads((head) => heads.push(Buffer.from(head).toString()));
  const places = [0, ...cuts.map((cut) => cut % (stream.length + 1)), stream.length];
  places.sort((one, other) => one - other);
  for (const [index, start] of places.slice(0, -1).entries()) {
    finder.push(stream.subarray(start, places[index + 1]));
  }
  finder.end();
  return heads;
}

const refusal = encodeTransferAnswer({ error: { code: 'not-found', message: 'no' } });

it("The first bytes of each answer's data are reported, however the stream is cut", () => {
  const lengths = fc.array(fc.integer({ min: 0, max: 2 * headLength }), { maxLength: 4 });
  fc.assert(
    fc.property(lengths, fc.array(fc.nat(), { maxLength: 12 }), (lengths, cuts) => {
      const data = lengths.map((length, index) => String(index).repeat(length));
      const parts = data.flatMap((text) => [
        encodeTransferAnswer({ length: text.length }),
        Buffer.from(text),
        refusal,
      ]);
      const expected = data.filter((text) => text !== '').map((text) => text.slice(0, headLength));
      expect(headsOf(Buffer.concat(parts), cuts)).toEqual(expected);
    }),
  );
});

it('The first bytes after a header are reported, also if the connection breaks before all have come', () => {
  const header = encodeTransferHeader({ size: 500, filename: 'a.txt' });
  expect(headsOf(Buffer.concat([header, Buffer.from('hello')]), [])).toEqual(['hello']);
});

it('Nothing is reported of a stream of another protocol, nor of one that is sealed by TLS', () => {
  expect(headsOf(Buffer.from('{nonsense}\nhello'), [])).toEqual([]);
  const line = encodeTransferAnswer({ length: 5 });
  const sealed = Buffer.concat([Buffer.from('160303', 'hex'), line, Buffer.from('hello')]);
  expect(headsOf(sealed, [3])).toEqual([]);
});
