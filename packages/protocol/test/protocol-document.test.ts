// The examples of docs/protocol.md are test vectors; their form is described there.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  checkFilename,
  checkTreePath,
  decodeMessage,
  decodePieces,
  encodeCatalogEntry,
  encodeFolderEntry,
  encodeMessage,
  encodePackLine,
  encodePieces,
  encodeRootInput,
  encodeTransferAnswer,
  encodeTransferHeader,
  encodeTransferRequest,
  encodeTreeEntry,
  encodeTreeRootPart,
  FoldersDecoder,
  headerFilename,
  normalPeerAddress,
  PackLineDecoder,
  pieceCount,
  pieceLengthFor,
  readSendOffer,
  sendOfferRequest,
  TransferAnswerDecoder,
  TransferHeaderDecoder,
  TreeDecoder,
  type CatalogEntry,
  type Manifest,
  type Message,
  type PackLine,
  type SendOffer,
  type SharedFolderEntry,
  type TransferAnswer,
  type TransferHeader,
  type TransferRequest,
  type TransferRequestV2,
  type TreeEntry,
} from '../src/index.ts';
import { bytesOf, deliveries, textOf } from './support/bytes.ts';
import { entriesIn, firstFrame, listIn, requestIn, type ListDecoder } from './support/decoding.ts';
import { outcome } from './support/outcomes.ts';

type Text = string | readonly (string | readonly [string, number])[];
type Vector = Readonly<Record<string, unknown>>;

const document = readFileSync(new URL('../../../docs/protocol.md', import.meta.url), 'utf8');
const vectors = [...document.matchAll(/^```jsonl\n(.*?)^```$/gms)]
  .flatMap(([, block]) => block!.trimEnd().split('\n'))
  .map((line) => [line, JSON.parse(line) as Vector] as const);

const expand = (text: unknown): string => {
  const parts = typeof text === 'string' ? [text] : (text as Exclude<Text, string>);
  return parts.map((part) => (typeof part === 'string' ? part : part[0].repeat(part[1]))).join('');
};

function bytesIn({ hex }: Vector, text: unknown): Uint8Array {
  const fromHex =
    hex === undefined ? undefined : Buffer.from((hex as string).replaceAll(' ', ''), 'hex');
  if (text === undefined) return Uint8Array.from(fromHex!);
  const bytes = bytesOf(expand(text));
  if (fromHex) expect(textOf(fromHex)).toBe(textOf(bytes));
  return bytes;
}

/** Checks what a vector says. Each key is one that is known, or the vector would check nothing. */
const checks: Readonly<Record<string, (vector: Vector) => void>> = {
  'datagram,message'(vector) {
    const bytes = bytesIn(vector, vector.datagram);
    expect(decodeMessage(bytes)).toStrictEqual(vector.message);
    expect(textOf(encodeMessage(vector.message as Message))).toBe(textOf(bytes));
  },
  'datagram,reads'(vector) {
    const bytes = bytesIn(vector, vector.datagram);
    expect(decodeMessage(bytes)).toStrictEqual(vector.reads);
    const again = outcome(() => textOf(encodeMessage(vector.reads as Message)));
    expect(again).not.toEqual({ value: textOf(bytes) });
  },
  'datagram,dropped,reads'(vector) {
    const { extensionFault, ...message } = decodeMessage(bytesIn(vector, vector.datagram));
    expect(message).toStrictEqual(vector.reads);
    expect(extensionFault).toBeTypeOf('string');
  },
  'datagram,refused'(vector) {
    const bytes = bytesIn(vector, vector.datagram);
    expect(outcome(() => decodeMessage(bytes))).toEqual({ code: vector.refused });
  },
  'message,refused'({ message, refused }) {
    expect(outcome(() => encodeMessage(message as Message))).toEqual({ code: refused });
  },
  'means,request'({ request, means }) {
    const bytes = bytesOf(expand(request));
    expect(textOf(encodeTransferRequest(means as TransferRequest))).toBe(textOf(bytes));
    expectRequest(bytes, { value: means });
  },
  'reads,request'({ request, reads }) {
    const { filename, ...keys } = reads as { readonly filename?: unknown };
    const read = filename === undefined ? keys : { ...keys, filename: expand(filename) };
    expectRequest(bytesOf(expand(request)), { value: read });
  },
  'refused,request'({ request, refused }) {
    expectRequest(bytesOf(expand(request)), { code: refused });
  },
  'fields,header'({ header, fields }) {
    const { size, filename } = fields as { readonly size: number; readonly filename: unknown };
    const expected: TransferHeader = { size, filename: expand(filename) };
    expect(textOf(encodeTransferHeader(expected))).toBe(expand(header));
    expectHeader(bytesOf(expand(header)), { value: expected });
  },
  'header,refused'({ header, refused }) {
    expectHeader(bytesOf(expand(header)), { code: refused });
  },
  'filename,headerFilename'(vector) {
    expect(headerFilename(expand(vector.filename))).toBe(expand(vector.headerFilename));
  },
  'address,normal'({ address, normal }) {
    expect(normalPeerAddress(address as string) ?? null).toBe(normal);
  },
  'filename,writable'({ filename, writable }) {
    const checked = outcome(() => checkFilename(expand(filename)));
    expect(checked).toEqual(writable ? { value: expand(filename) } : { code: 'bad-filename' });
  },
  'pieceLength,size'({ size, pieceLength }) {
    expect(pieceLengthFor(size as number) ?? null).toBe(pieceLength);
  },
  'content,digests,pieceLength,root'({ content, digests, pieceLength, root }) {
    const bytes = bytesOf(expand(content));
    expect(pieceLengthFor(bytes.length)).toBe(pieceLength);
    expect(pieceCount(bytes.length, pieceLength as number)).toBe((digests as unknown[]).length);
    const pieces: Buffer[] = [];
    for (let at = 0; at < bytes.length; at += pieceLength as number)
      pieces.push(sha256(bytes.subarray(at, at + (pieceLength as number))));
    expect(pieces.map((digest) => digest.toString('hex'))).toEqual(digests);
    const manifest: Manifest = {
      size: bytes.length,
      pieceLength: pieceLength as number,
      digests: Buffer.concat(pieces),
    };
    expect(sha256(encodeRootInput(manifest)).toString('hex')).toBe(root);
  },
  'answer,means'({ answer, means }) {
    const bytes = bytesOf(expand(answer));
    expect(textOf(encodeTransferAnswer(means as TransferAnswer))).toBe(textOf(bytes));
    expectAnswer(bytes, { value: means });
  },
  'answer,reads'({ answer, reads }) {
    expectAnswer(bytesOf(expand(answer)), { value: reads });
  },
  'answer,refused'({ answer, refused }) {
    expectAnswer(bytesOf(expand(answer)), { code: refused });
  },
  'entry,means'({ entry, means }) {
    const bytes = bytesOf(expand(entry));
    expect(textOf(encodeCatalogEntry(means as CatalogEntry))).toBe(textOf(bytes));
    expectEntries(bytes, { value: [means] });
  },
  'entry,reads'({ entry, reads }) {
    expectEntries(bytesOf(expand(entry)), { value: [reads] });
  },
  'entry,refused'({ entry, refused }) {
    expectEntries(bytesOf(expand(entry)), { code: refused });
  },
  'folder,means'({ folder, means }) {
    expect(textOf(encodeFolderEntry(means as SharedFolderEntry))).toBe(folder);
    expectList(FoldersDecoder, folder, { value: [means] });
  },
  'folder,reads'({ folder, reads }) {
    expectList(FoldersDecoder, folder, { value: [reads] });
  },
  'folder,refused'({ folder, refused }) {
    expectList(FoldersDecoder, folder, { code: refused });
  },
  'means,tree'({ tree, means }) {
    expect(textOf(encodeTreeEntry(means as TreeEntry))).toBe(tree);
    expectList(TreeDecoder, tree, { value: [means] });
  },
  'reads,tree'({ tree, reads }) {
    expectList(TreeDecoder, tree, { value: [reads] });
  },
  'refused,tree'({ tree, refused }) {
    expectList(TreeDecoder, tree, { code: refused });
  },
  'means,pack'({ pack, means }) {
    expect(textOf(encodePackLine(means as PackLine))).toBe(pack);
    expectPackLine(pack, { value: means });
  },
  'pack,refused'({ pack, refused }) {
    expectPackLine(pack, { code: refused });
  },
  'path,writable'({ path, writable }) {
    const checked = outcome(() => checkTreePath(path as string[]));
    expect(checked).toEqual(writable ? { value: path } : { code: 'bad-filename' });
  },
  'entries,treeRoot'({ entries, treeRoot }) {
    const parts = [undefined, ...(entries as TreeEntry[])].map(encodeTreeRootPart);
    expect(sha256(Buffer.concat(parts)).toString('hex')).toBe(treeRoot);
  },
  'offer,request'({ request, offer }) {
    const bytes = bytesOf(expand(request));
    const sent = encodeTransferRequest(sendOfferRequest(offer as SendOffer));
    expect(textOf(sent)).toBe(textOf(bytes));
    expect(readSendOffer(requestIn([bytes]) as TransferRequestV2)).toStrictEqual(offer);
  },
  'noOffer,request'({ request, noOffer }) {
    const read = requestIn([bytesOf(expand(request))]) as TransferRequestV2;
    expect(outcome(() => readSendOffer(read))).toEqual({ code: noOffer });
  },
  'bits,count,pieces'({ pieces, count, bits }) {
    const bytes = encodePieces(pieces as number[], count as number);
    expect(Buffer.from(bytes).toString('hex')).toBe(bits);
    expect(decodePieces(bytes, count as number)).toEqual(pieces);
  },
};

function expectList(List: new () => ListDecoder, text: unknown, expected: object): void {
  for (const pieces of deliveries(bytesOf(expand(text))))
    expect(outcome(() => listIn(new List(), pieces))).toEqual(expected);
}

function expectPackLine(text: unknown, expected: object): void {
  for (const pieces of deliveries(bytesOf(expand(text))))
    expect(outcome(() => firstFrame(new PackLineDecoder(), pieces)?.line)).toEqual(expected);
}

function expectRequest(bytes: Uint8Array, expected: object): void {
  for (const pieces of bytes.length > 1000 ? [[bytes]] : deliveries(bytes)) {
    expect(outcome(() => requestIn(pieces))).toEqual(expected);
  }
}

function expectHeader(bytes: Uint8Array, expected: object): void {
  expect(bytes).toHaveLength(74);
  for (const pieces of deliveries(bytes)) {
    expect(outcome(() => firstFrame(new TransferHeaderDecoder(), pieces)?.header)).toEqual(
      expected,
    );
  }
}

function expectAnswer(bytes: Uint8Array, expected: object): void {
  for (const pieces of deliveries(bytes)) {
    expect(outcome(() => firstFrame(new TransferAnswerDecoder(), pieces)?.answer)).toEqual(
      expected,
    );
  }
}

function expectEntries(bytes: Uint8Array, expected: object): void {
  for (const pieces of bytes.length > 1000 ? [[bytes]] : deliveries(bytes)) {
    expect(outcome(() => entriesIn(pieces))).toEqual(expected);
  }
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

describe('docs/protocol.md', () => {
  it('docs/protocol.md has examples of everything', () => {
    const kinds = new Set(vectors.map(([, vector]) => kindOf(vector)));
    expect([...kinds].toSorted()).toEqual(Object.keys(checks).toSorted());
    expect(vectors.length).toBeGreaterThan(80);
  });

  it.each(vectors)('The example is right: %s', (_, vector) => {
    checks[kindOf(vector)]!(vector);
  });

  it('docs/protocol.md shows exchanges of well-formed messages', () => {
    const sent = [...document.matchAll(/^[AB] → [AB] {3}(.*)\n {8}(.*)$/gm)];
    expect(sent).toHaveLength(3);
    for (const [, first, second] of sent) {
      const datagram = bytesOf(`${first!}${second!}`.replaceAll('\\n', '\n'));
      expect(encodeMessage(decodeMessage(datagram))).toEqual(datagram);
    }
    const requests = [...document.matchAll(/^client {2}(.*)\\n$/gm)];
    expect(requests).toHaveLength(7);
    for (const [, line] of requests) {
      const request = requestIn([bytesOf(`${line!}\n`)])!;
      expect(textOf(encodeTransferRequest(request))).toBe(`${line!}\n`);
    }
  });

  it('docs/protocol.md has every section that a docstring names', () => {
    const titles = [...document.matchAll(/^#+ (.*)$/gm)].map(([, title]) => title);
    expect(titles).toEqual(
      expect.arrayContaining([
        ...['UDP', 'The extension line', 'DISCOVER', 'Get', 'File', 'Membership', 'Priority'],
        ...['TCP', 'The header', 'Catalog', 'Folders', 'Tree', 'Pack', 'Pieces', 'Accept'],
        ...['Addresses', 'File names'],
      ]),
    );
  });
});

function kindOf(vector: Vector): string {
  const keys = Object.keys(vector).filter((key) => key !== 'hex');
  return (keys.length === 1 ? ['datagram', ...keys] : keys).toSorted().join(',');
}
