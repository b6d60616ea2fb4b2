// The one contract that all decoders of TCP bytes keep, as a table of tests over all of them.
import { describe, expect, it } from 'vitest';
import {
  CatalogDecoder,
  encodeCatalogEntry,
  encodeFolderEntry,
  encodePackLine,
  encodeTransferAnswer,
  encodeTransferHeader,
  encodeTransferRequest,
  encodeTreeEntry,
  FoldersDecoder,
  PackLineDecoder,
  ProtocolError,
  TransferAnswerDecoder,
  TransferHeaderDecoder,
  TransferRequestDecoder,
  TreeDecoder,
  type ProtocolErrorCode,
} from '../src/index.ts';
import { bytesOf, deliveries, joined } from './support/bytes.ts';

const none = new Uint8Array();

/** A decoder as a table sees it: it returns the frames that end in a piece, and what is behind them. */
interface Decoder {
  readonly received: number;
  read(piece: Uint8Array): { readonly frames: readonly unknown[]; readonly rest: Uint8Array };
}

interface Row {
  readonly name: string;
  readonly create: () => Decoder;
  /** Two frames that differ, with what is decoded from each. */
  readonly frames: readonly (readonly [bytes: Uint8Array, frame: unknown])[];
  /** The most bytes of a frame that may come before it is refused or whole. */
  readonly maxBytes: number;
  /** Whether it returns all frames that are whole. */
  readonly isList?: true;
  /** Whether a frame ends with a line feed, which does not count. */
  readonly isLine: boolean;
  readonly code: ProtocolErrorCode;
  /** Bytes that are no frame. */
  readonly bad: readonly Uint8Array[];
}

/** Adapts a decoder that returns one frame at a time. */
function framed<Frame extends { readonly rest: Uint8Array }>(
  decoder: { readonly received: number; push(bytes: Uint8Array): Frame | undefined },
  frameIn: (frame: Frame) => unknown,
): Decoder {
  return {
    get received() {
      return decoder.received;
    },
    read(piece) {
      const frame = decoder.push(piece);
      return frame ? { frames: [frameIn(frame)], rest: frame.rest } : { frames: [], rest: none };
    },
  };
}

/** Adapts a decoder that returns the entries of a list. */
function listing(decoder: {
  readonly received: number;
  push(bytes: Uint8Array): readonly unknown[];
}): Decoder {
  return {
    get received() {
      return decoder.received;
    },
    read: (piece) => ({ frames: decoder.push(piece), rest: none }),
  };
}

const request = { version: 2, want: 'data', filename: 'a, b.txt' } as const;
const answer = { length: 6, filename: 'hello.txt' } as const;
const refusal = { error: { code: 'busy', message: 'later' } } as const;
const entry = { filename: 'hello.txt', size: 6, mtime: 0 } as const;
const other = { ...entry, filename: 'é', root: '0123456789abcdef'.repeat(4) } as const;
const folder = { path: ['é'], kind: 'folder' } as const;
const digest = '0123456789abcdef'.repeat(4);
const file = { path: ['é', 'a'], kind: 'file', size: 6, mtime: 0, exec: true, digest } as const;
const headers = [
  { size: 6, filename: 'hello.txt' },
  { size: 0, filename: '' },
] as const;
const tooLong = new Uint8Array(8193).fill(0x7b);

const rows: readonly Row[] = [
  {
    name: 'TransferRequestDecoder',
    create: () => framed(new TransferRequestDecoder(), (frame) => frame.request),
    frames: [
      [encodeTransferRequest({ filename: 'é' }), { version: 1, filename: 'é' }],
      [encodeTransferRequest(request), request],
    ],
    maxBytes: 8192,
    isLine: true,
    code: 'bad-request',
    bad: ['X', '\nX', 'Get,\n', 'Gex,a\n', '{\n', '{"v":2}\n'].map(bytesOf).concat(tooLong),
  },
  {
    name: 'TransferHeaderDecoder',
    create: () => framed(new TransferHeaderDecoder(), (frame) => frame.header),
    frames: headers.map((header) => [encodeTransferHeader(header), header]),
    maxBytes: 74,
    isLine: false,
    code: 'bad-header',
    bad: [
      new Uint8Array(74),
      new Uint8Array(1000).fill(0x3a),
      joined([bytesOf('1'.repeat(73)), Uint8Array.of(0xff)]),
    ],
  },
  {
    name: 'TransferAnswerDecoder',
    create: () => framed(new TransferAnswerDecoder(), (frame) => frame.answer),
    frames: [
      [encodeTransferAnswer(answer), answer],
      [encodeTransferAnswer(refusal), refusal],
    ],
    maxBytes: 8192,
    isLine: true,
    code: 'bad-answer',
    bad: ['\n', 'hello\n', '{"v":2}\n'].map(bytesOf).concat(tooLong),
  },
  {
    name: 'CatalogDecoder',
    create: () => listing(new CatalogDecoder()),
    isList: true,
    frames: [
      [encodeCatalogEntry(entry), entry],
      [encodeCatalogEntry(other), other],
    ],
    maxBytes: 8192,
    isLine: true,
    code: 'bad-answer',
    bad: ['\n', 'hello\n', '{"filename":""}\n'].map(bytesOf).concat(tooLong),
  },
  {
    name: 'FoldersDecoder',
    create: () => listing(new FoldersDecoder()),
    isList: true,
    frames: [
      [encodeFolderEntry({ filename: 'a/é' }), { filename: 'a/é' }],
      [encodeFolderEntry({ filename: 'a', files: 2 }), { filename: 'a', files: 2 }],
    ],
    maxBytes: 8192,
    isLine: true,
    code: 'bad-answer',
    bad: ['\n', 'hello\n', '{"filename":""}\n'].map(bytesOf).concat(tooLong),
  },
  {
    name: 'TreeDecoder',
    create: () => listing(new TreeDecoder()),
    isList: true,
    frames: [
      [encodeTreeEntry(folder), folder],
      [encodeTreeEntry(file), file],
    ],
    maxBytes: 8192,
    isLine: true,
    code: 'bad-answer',
    bad: ['\n', '{"path":["a"]}\n', '{"path":["a"],"kind":"file"}\n'].map(bytesOf).concat(tooLong),
  },
  {
    name: 'PackLineDecoder',
    create: () => framed(new PackLineDecoder(), (frame) => frame.line),
    frames: [
      [encodePackLine({ size: 6 }), { size: 6 }],
      [encodePackLine({ error: 'later' }), { error: 'later' }],
    ],
    maxBytes: 8192,
    isLine: true,
    code: 'bad-answer',
    bad: ['\n', '{}\n', '{"size":4194305}\n'].map(bytesOf).concat(tooLong),
  },
];

/** Reads all frames in these pieces: what is behind a frame is read again. */
function readAll(decoder: Decoder, pieces: readonly Uint8Array[]): unknown[] {
  const all: unknown[] = [];
  for (const piece of pieces) {
    for (let left = piece; left.length > 0;) {
      const { frames, rest } = decoder.read(left);
      all.push(...frames);
      left = rest;
    }
  }
  return all;
}

/** The error that reading a piece throws. */
function errorOf(decoder: Decoder, piece: Uint8Array): unknown {
  try {
    decoder.read(piece);
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

describe.each(rows)('$name', ({ name, create, frames, maxBytes, isLine, code, bad }) => {
  const [[first, firstFrame], [second, secondFrame]] = frames as [
    Row['frames'][0],
    Row['frames'][0],
  ];

  it(`${name} returns a frame when its last byte has come, and nothing before`, () => {
    const decoder = create();
    expect(decoder.read(first.subarray(0, -1)).frames).toEqual([]);
    expect(decoder.read(first.subarray(-1)).frames).toStrictEqual([firstFrame]);
  });

  it(`${name} reads the same frames in a row, however their bytes are cut`, () => {
    for (const pieces of deliveries(joined([first, second, first]))) {
      expect(readAll(create(), pieces)).toStrictEqual([firstFrame, secondFrame, firstFrame]);
    }
  });

  it(`${name} copies what it keeps, so the memory of a piece can be reused`, () => {
    const memory = new Uint8Array(first.length + second.length);
    for (const pieces of deliveries(joined([first, second]))) {
      const decoder = create();
      const read = pieces.flatMap((piece) => {
        memory.set(piece);
        const found = readAll(decoder, [memory.subarray(0, piece.length)]);
        memory.fill(0xff);
        return found;
      });
      expect(read).toStrictEqual([firstFrame, secondFrame]);
    }
  });

  it(`${name} ignores an empty piece`, () => {
    const decoder = create();
    const half = first.subarray(0, 5);
    for (const [piece, found] of [
      [none, []],
      [half, []],
      [none, []],
      [first.subarray(half.length), [firstFrame]],
      [none, []],
      [second, [secondFrame]],
    ] as const) {
      const before = decoder.received;
      expect(decoder.read(piece).frames).toStrictEqual(found);
      if (piece === none) expect(decoder.received).toBe(before);
    }
  });

  it(`${name} counts the bytes of a frame until the next frame begins`, () => {
    const decoder = create();
    expect(decoder.received).toBe(0);
    decoder.read(first.subarray(0, 3));
    expect(decoder.received).toBe(3);
    decoder.read(first.subarray(3));
    expect(decoder.received).toBe(first.length - (isLine ? 1 : 0));
    decoder.read(second.subarray(0, 2));
    expect(decoder.received).toBe(2);
  });

  it(`${name} keeps no more than the longest frame that is allowed`, () => {
    const decoder = create();
    const start = first.subarray(0, 4);
    decoder.read(start);
    const filling = new Uint8Array(maxBytes - start.length).fill(0x20);
    if (isLine) {
      expect(decoder.read(filling)).toEqual({ frames: [], rest: none });
      expect(decoder.received).toBe(maxBytes);
    }
    expect(errorOf(decoder, joined([filling, Uint8Array.of(0x20)]))).toMatchObject({ code });
  });

  it.each(bad.map((bytes, index) => [index, bytes] as const))(
    `${name} throws its error again, whatever follows bad frame %i`,
    (_, bytes) => {
      const decoder = create();
      expect(decoder.read(first).frames).toStrictEqual([firstFrame]);
      const error = errorOf(decoder, bytes);
      expect(ProtocolError.is(error)).toBe(true);
      expect(error).toMatchObject({ code });
      for (const piece of [none, first, Uint8Array.of(0x0a), bytes]) {
        expect(errorOf(decoder, piece)).toBe(error);
      }
    },
  );
});

describe.each(rows.filter(({ isList }) => !isList))('$name', ({ name, create, frames }) => {
  it(`${name} returns the rest as a view of the bytes that were pushed`, () => {
    const [[first], [second]] = frames as [Row['frames'][0], Row['frames'][0]];
    const bytes = joined([first, second]);
    const { rest } = create().read(bytes);
    expect(rest).toEqual(second);
    expect(rest.buffer).toBe(bytes.buffer);
    expect(create().read(first).rest).toEqual(none);
  });
});

describe('CatalogDecoder', () => {
  const line = encodeCatalogEntry(entry);

  it('A catalog can end after a whole line, also twice, and go on', () => {
    const decoder = new CatalogDecoder();
    decoder.end();
    expect(decoder.push(line)).toEqual([entry]);
    decoder.end();
    decoder.end();
    expect(decoder.push(line)).toEqual([entry]);
  });

  it('A catalog with a bad line cannot end well', () => {
    const decoder = new CatalogDecoder();
    expect(() => decoder.push(bytesOf('hello\n'))).toThrow(/malformed line/);
    expect(() => decoder.end()).toThrow(/expected a JSON object/);
  });
});
