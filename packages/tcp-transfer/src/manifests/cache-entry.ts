// The bytes of one entry of the manifest cache: how a manifest is written to the disk and read again.
import { digestBytes, pieceCount, pieceLengthFor, type Manifest } from '@peerlane/protocol';
import { identityText, type FileIdentity } from '../sharing/file-identity.ts';
import { sha256 } from '../hashing/sha256.ts';

const magic = 'peerlane digests 1';

function headOf(identity: FileIdentity, pieceLength: number): Buffer {
  return Buffer.from(`${magic}\n${identityText(identity)} ${pieceLength}\n`);
}

/**
 * Encodes the manifest of a file for the disk: a line of text that names the format, a line with the
 * file's identity and the piece length, the digests, and the SHA-256 of all this.
 */
export async function encodeEntry(identity: FileIdentity, manifest: Manifest): Promise<Uint8Array> {
  const content = Buffer.concat([headOf(identity, manifest.pieceLength), manifest.digests]);
  return Buffer.concat([content, await sha256(content)]);
}

/** The length of the entry for a file, in bytes; `undefined` if the file is too large for a manifest. */
export function entryLength(identity: FileIdentity): number | undefined {
  const size = Number(identity.size);
  const pieceLength = pieceLengthFor(size);
  if (pieceLength === undefined) return undefined;
  const digests = pieceCount(size, pieceLength) * digestBytes;
  return headOf(identity, pieceLength).length + digests + digestBytes;
}

/** Decodes an entry; `undefined` unless it is whole and was made for the file with this identity. */
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
