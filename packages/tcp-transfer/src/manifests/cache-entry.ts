import { digestBytes, pieceCount, pieceLengthFor, type Manifest } from '@peerlane/protocol';
import { identityText, type FileIdentity } from '../sharing/file-identity.ts';
import { sha256 } from '../hashing/sha256.ts';

const magic = 'peerlane digests 1';

function headOf(identity: FileIdentity, pieceLength: number): Buffer {
  return Buffer.from(`${magic}\n${identityText(identity)} ${pieceLength}\n`);
}

/**
 * The manifest of a file as it is kept on the disk: a line of text that says what it is, one with
 * the file's identity and the piece length, the digests, and the SHA-256 of all this.
 */
export async function encodeEntry(identity: FileIdentity, manifest: Manifest): Promise<Uint8Array> {
  const content = Buffer.concat([headOf(identity, manifest.pieceLength), manifest.digests]);
  return Buffer.concat([content, await sha256(content)]);
}

/** How many bytes the entry for a file has; `undefined` where the file has no manifest. */
export function entryLength(identity: FileIdentity): number | undefined {
  const size = Number(identity.size);
  const pieceLength = pieceLengthFor(size);
  if (pieceLength === undefined) return undefined;
  const digests = pieceCount(size, pieceLength) * digestBytes;
  return headOf(identity, pieceLength).length + digests + digestBytes;
}

/** Reads what is kept for a file; `undefined` for anything but a whole entry for just this file. */
export async function decodeEntry(
  bytes: Uint8Array,
  identity: FileIdentity,
): Promise<Manifest | undefined> {
  const size = Number(identity.size);
  const pieceLength = pieceLengthFor(size);
  if (pieceLength === undefined || bytes.length !== entryLength(identity)) return undefined;
  const head = headOf(identity, pieceLength);
  if (!head.equals(bytes.subarray(0, head.length))) return undefined;
  const content = bytes.subarray(0, bytes.length - digestBytes);
  const expected = bytes.subarray(content.length);
  if (Buffer.compare(await sha256(content), expected) !== 0) return undefined;
  return { size, pieceLength, digests: new Uint8Array(content.subarray(head.length)) };
}
