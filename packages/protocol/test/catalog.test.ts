// The lines of a catalog, written and read.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CatalogDecoder, encodeCatalogEntry } from '../src/index.ts';
import { catalogEntry } from './support/arbitraries.ts';
import { bytesOf, deliveries, textOf } from './support/bytes.ts';
import { entriesIn } from './support/decoding.ts';
import { failure } from './support/outcomes.ts';

const hello = { filename: 'hello.txt', size: 6, mtime: 1_767_225_600_000 } as const;
const root = '0123456789abcdef'.repeat(4);

describe('the data of a catalog', () => {
  it('An entry is one line of JSON', () => {
    expect(textOf(encodeCatalogEntry(hello))).toBe(
      '{"filename":"hello.txt","size":6,"mtime":1767225600000}\n',
    );
    expect(textOf(encodeCatalogEntry({ ...hello, filename: 'a\nb\u001b', root }))).toBe(
      `{"filename":"a\\nb\\u001b","size":6,"mtime":1767225600000,"root":"${root}"}\n`,
    );
  });

  it('Entries survive the wire, however their bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(catalogEntry, { maxLength: 4 }), (entries) => {
        const bytes = Uint8Array.from(entries.flatMap((each) => [...encodeCatalogEntry(each)]));
        for (const pieces of deliveries(bytes)) expect(entriesIn(pieces)).toStrictEqual(entries);
      }),
      { numRuns: 50 },
    );
  });

  it('The decoder returns an entry as soon as its line is whole', () => {
    const decoder = new CatalogDecoder();
    const line = encodeCatalogEntry(hello);
    expect(decoder.push(line.subarray(0, -1))).toEqual([]);
    expect(decoder.push(line.subarray(-1))).toEqual([hello]);
    expect(decoder.push(Uint8Array.from([...line, ...line, 0x7b]))).toEqual([hello, hello]);
  });

  it('A catalog may be empty', () => {
    expect(entriesIn([])).toEqual([]);
    expect(entriesIn([new Uint8Array()])).toEqual([]);
  });

  it.each([
    ['\n', 'expected a JSON object'],
    ['null\n', 'expected'],
    ['{}\n', 'filename: '],
    ['{"filename":"","size":1,"mtime":1}\n', 'filename: '],
    ['{"filename":"\\ud800","size":1,"mtime":1}\n', 'filename: expected well-formed Unicode'],
    ['{"filename":"a","size":-1,"mtime":1}\n', 'size: '],
    ['{"filename":"a","size":0.5,"mtime":1}\n', 'size: '],
    ['{"filename":"a","mtime":1}\n', 'size: '],
    ['{"filename":"a","size":1}\n', 'mtime: '],
    ['{"filename":"a","size":1,"mtime":"now"}\n', 'mtime: '],
    ['{"filename":"a","size":1,"mtime":8640000000000001}\n', 'mtime: '],
    ['{"filename":"a","size":1,"mtime":1,"root":"x"}\n', 'root: '],
    ['{"filename":"a","size":1,"mtime":1}', 'expected a line feed at its end'],
    ['{"filename":"a","size":1,"mtime":1}\nmore', 'expected a line feed at its end'],
    ['{"filename":"a","size":1,"mtime":1}\r\n\r\n', 'expected a JSON object'],
  ])('The data %j is refused, however it is cut', (text, reason) => {
    for (const pieces of deliveries(bytesOf(text)))
      expect(() => entriesIn(pieces)).toThrow(failure('bad-answer', reason));
  });

  it('A line has at most 8192 bytes', () => {
    const [start, end] = ['{"filename":"', '","size":0,"mtime":0}'];
    const longest = `${start}${'a'.repeat(8192 - start.length - end.length)}${end}`;
    expect(entriesIn([bytesOf(`${longest}\n`)])[0]?.filename).toHaveLength(8158);
    expect(() => new CatalogDecoder().push(bytesOf(`${longest} \n`))).toThrow(
      failure('bad-answer', 'at most 8192 bytes'),
    );
    // Nothing more is kept of a line that has no end.
    const decoder = new CatalogDecoder();
    decoder.push(new Uint8Array(8192).fill(0x20));
    expect(() => decoder.push(Uint8Array.of(0x20))).toThrow(failure('bad-answer'));
    expect(() => new CatalogDecoder().push(new Uint8Array(1_000_000))).toThrow(
      failure('bad-answer', 'at most 8192 bytes'),
    );
  });

  it.each([
    { filename: '', size: 1, mtime: 1 },
    { filename: '\ud800', size: 1, mtime: 1 },
    { filename: 'a', size: -1, mtime: 1 },
    { filename: 'a', size: 1, mtime: 0.5 },
    { filename: 'a', size: 1, mtime: 8.64e15 + 1 },
    { filename: 'a', size: 1, mtime: 1, root: 'x' },
    { filename: 'a', size: 1, mtime: 1, colour: 1 },
    { filename: 'a'.repeat(8192), size: 1, mtime: 1 },
  ])('The entry %j is not encoded', (entry) => {
    expect(() => encodeCatalogEntry(entry)).toThrow(failure('not-encodable'));
  });

  it('The largest time is one that a Date can hold', () => {
    const [entry] = entriesIn([encodeCatalogEntry({ ...hello, mtime: 8.64e15 })]);
    expect(new Date(entry!.mtime).toISOString()).toBe('+275760-09-13T00:00:00.000Z');
  });
});
