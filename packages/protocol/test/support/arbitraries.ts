// Random values of everything that goes over the wire.
import fc from 'fast-check';
import {
  isOnePiece,
  maxSendPeers,
  normalPeerAddress,
  type CatalogEntry,
  type DiscoverExtension,
  type FileExtension,
  type Message,
  type SendOffer,
  type TransferAnswer,
  type TransferRefusal,
  type TransferRequestV2,
  type TreeEntry,
} from '../../src/index.ts';

const byteOf = { min: 0, max: 255 };
const hexDigits = (count: number): fc.Arbitrary<string> =>
  fc
    .array(fc.integer(byteOf), { minLength: count / 2, maxLength: count / 2 })
    .map((bytes) => bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(''));

const bits = hexDigits(16);
const digest = hexDigits(64);
const port = fc.integer({ min: 1, max: 65_535 });
const count = fc.maxSafeNat();
const version = fc.integer({ min: 2, max: Number.MAX_SAFE_INTEGER });

/** An address in its normal form. */
export const address: fc.Arbitrary<string> = fc
  .tuple(
    fc.oneof(
      fc.ipV4(),
      fc.ipV6().map((ip) => `[${ip}]`),
      fc.domain(),
    ),
    port,
  )
  .map(([host, number]) => normalPeerAddress(`${host}:${number}`))
  .filter((text) => text !== undefined);

/** Any name that version 2 can ask for. */
export const anyName: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1 }).filter((name) => name.isWellFormed()),
  fc.constantFrom(
    'a,b.txt',
    ' a',
    'a ',
    'a\nb',
    '\u0085',
    '\u0085a',
    'a\ufeff',
    ',',
    '\u0000',
    'a',
  ),
);

/** A name that version 1 can ask for. */
export const plainName: fc.Arbitrary<string> = anyName.filter(
  (name) => !/[,\n]|\p{White_Space}$/u.test(name),
);

/** Some of the keys, whichever. */
const optional = <T>(keys: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<Partial<T>> =>
  fc.record(keys, { requiredKeys: [] }) as unknown as fc.Arbitrary<Partial<T>>;

/** Any name of a node. */
const nodeName = fc
  .string({ unit: 'grapheme', minLength: 1 })
  .filter((name) => name.isWellFormed() && Array.from(name).length <= 64);

export const discoverExtension: fc.Arbitrary<DiscoverExtension> = fc
  .tuple(
    fc.record({ v: version, id: bits }),
    optional({
      name: nodeName,
      period: count.filter((period) => period > 0),
      tcp: port,
      ping: bits,
      pong: bits,
      leave: fc.constant(true as const),
      guest: fc.constant(true as const),
    }),
  )
  .map(([required, some]) => ({ ...required, ...some }));

const fileExtension: fc.Arbitrary<FileExtension> = fc
  .tuple(
    fc.record({ v: version, req: bits }),
    optional({ kind: anyName, size: count, root: digest }),
  )
  .map(([required, some]) => ({ ...required, ...some }));

const typeOf = <T extends string>(type: T): { type: fc.Arbitrary<T> } => ({
  type: fc.constant(type),
});
const extended = <T, E>(base: fc.Arbitrary<T>, extension: fc.Arbitrary<E>): fc.Arbitrary<T> =>
  fc.tuple(base, extension).map(([message, lines]) => ({ ...message, extension: lines }));

const discover = fc.record({ ...typeOf('discover'), addresses: fc.array(address) });
const file = fc.record({
  ...typeOf('file'),
  method: count.map((n) => n % 1e15),
  port: fc.nat(65_535),
});

/** Every message that version 1 has. */
export const plainMessage: fc.Arbitrary<Message> = fc.oneof(
  discover,
  fc.record({ ...typeOf('get'), filename: plainName }),
  file,
);

/** Every message with its extension line. */
export const extendedMessage: fc.Arbitrary<Message> = fc.oneof(
  extended(discover, discoverExtension),
  extended(
    fc.record({ ...typeOf('get'), filename: anyName }),
    fc.record({ v: version, req: bits }),
  ),
  extended(
    fc.record({ ...typeOf('get'), filename: anyName }),
    fc.record({ v: version, req: bits, kind: fc.oneof(fc.constant('folder'), anyName) }),
  ),
  extended(file, fileExtension),
  extended(
    fc.record({ ...typeOf('file'), method: fc.constant(1), port: fc.constant(0) }),
    fc.record({ v: version, req: bits, miss: fc.constant(true as const) }),
  ),
);

/** Any names from a folder down to an entry. */
export const treePath: fc.Arbitrary<readonly string[]> = fc.array(
  fc.oneof(anyName, fc.constantFrom('', '..', '.git', 'a/b', 'NUL')),
  { minLength: 1, maxLength: 4 },
);

/** Every request of version 2. */
export const requestV2: fc.Arbitrary<TransferRequestV2> = fc
  .tuple(
    fc.record({
      version: fc.constant(2 as const),
      want: fc.oneof(
        fc.constantFrom('data', 'catalog', 'tree', 'pack', 'pieces', 'accept'),
        anyName,
      ),
    }),
    optional({
      ...{ filename: anyName, offset: count, length: count },
      ...{ root: digest, cursor: anyName, match: anyName },
      entries: fc.array(treePath, { minLength: 1, maxLength: 3 }),
      ...{
        send: bits,
        kind: anyName,
        from: nodeName,
        size: count,
        files: count,
        total: count,
        port,
      },
      items: count.map((n) => n + 1).filter(Number.isSafeInteger),
      peers: fc.array(anyName, { minLength: 1, maxLength: 3 }),
    }),
  )
  .map(([required, some]) => ({ ...required, ...some }));

/** Every answer of version 2, refusals included. */
export const answer: fc.Arbitrary<TransferAnswer | TransferRefusal> = fc.oneof(
  fc
    .tuple(
      fc.record({ length: count }),
      optional({
        filename: anyName,
        size: count,
        offset: count,
        mtime: fc.maxSafeInteger(),
        root: digest,
        pieceLength: count.map((n) => n + 1).filter(Number.isSafeInteger),
        cursor: anyName,
        state: anyName,
        done: count,
        reason: anyName,
      }),
    )
    .map(([required, some]) => ({ ...required, ...some })),
  fc.record({ error: fc.record({ code: anyName, message: anyName }) }),
);

const time = fc.oneof(
  fc.integer({ min: -8.64e15, max: 8.64e15 }),
  fc.constantFrom(0, -8.64e15, 8.64e15),
);

/** Every line of a tree. */
export const treeEntry: fc.Arbitrary<TreeEntry> = fc.oneof(
  fc.record({ path: treePath, kind: fc.constant('folder' as const) }),
  fc.record({ path: treePath, kind: fc.constant('omitted' as const), reason: anyName }),
  fc
    .tuple(
      fc.record({
        ...{ path: treePath, kind: fc.constant('file' as const), mtime: time },
        size: fc.oneof(count, fc.constantFrom(0, 262_144, 262_145)),
      }),
      optional({ exec: fc.constant(true as const) }),
      digest,
    )
    .map(([required, some, hex]) => ({
      ...required,
      ...some,
      ...(isOnePiece(required.size) ? { digest: hex } : { root: hex }),
    })),
);

/** Every offer of a send. */
export const sendOffer: fc.Arbitrary<SendOffer> = fc
  .tuple(
    fc.record({
      ...{ send: bits, kind: fc.oneof(fc.constantFrom('file', 'folder'), anyName), port },
      ...{ filename: anyName, size: fc.nat(65_536), root: digest },
      items: count.map((n) => n + 1).filter(Number.isSafeInteger),
      total: count.filter((n) => n >= 65_536),
      peers: fc.array(address, { maxLength: maxSendPeers }),
    }),
    optional({ from: nodeName, files: count }),
  )
  .map(([required, some]) => ({ ...required, ...some }));

/** Every line of a catalog. */
export const catalogEntry: fc.Arbitrary<CatalogEntry> = fc
  .tuple(
    fc.record({
      filename: anyName,
      size: count,
      mtime: time,
    }),
    optional({ root: digest }),
  )
  .map(([required, some]) => ({ ...required, ...some }));

/** Bytes that are nearly right: those of a message with some of them changed, cut or doubled. */
export const damaged = (whole: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> =>
  fc
    .tuple(
      whole,
      fc.array(fc.tuple(fc.nat(), fc.integer(byteOf)), { maxLength: 3 }),
      fc.nat(),
      fc.boolean(),
    )
    .map(([bytes, changes, cut, twice]) => {
      const copy = Uint8Array.from(twice ? [...bytes, ...bytes] : bytes);
      for (const [at, byte] of changes) copy[at % copy.length] = byte;
      return cut % 3 === 0 ? copy.subarray(0, cut % (copy.length + 1)) : copy;
    });
