// The header that precedes the data of a version 1 transfer: the size and the name of the file.
import { FrameDecoder } from './frame-decoder.ts';
import { LineBuffer } from './line-buffer.ts';
import { ProtocolError, excerpt, requireObject } from './protocol-error.ts';
import { cutText, encodeText } from './text.ts';

/** The header that a file server sends before the data. */
export interface TransferHeader {
  /** The size of the file, in bytes. */
  readonly size: number;
  /** The name of the file; of a received one as much as fits. Data from the network: not safe to print. */
  readonly filename: string;
}

const sizeBytes = 10;
const filenameBytes = 64;

/** The length of a header, in bytes. */
export const transferHeaderBytes = 74;

/** The size of the largest file that a header can announce, in bytes: ten digits. */
export const maxTransferSize = 9_999_999_999;

const padding = ':';
const paddingByte = 0x3a;

/**
 * The name that a receiver reads from the header of a file: cut to 64 bytes, without half a character and
 * without the colons at its end, which cannot be distinguished from the padding.
 *
 * @see docs/protocol.md, "The header"
 */
export function headerFilename(filename: string): string {
  return cutText(filename, filenameBytes).replace(/:+$/, '');
}

/**
 * Encodes a header: the size in 10 bytes and the file name in 64, both padded with `:`. A longer name is
 * cut after 64 bytes, inside a character too, as the original cuts it.
 *
 * @throws ProtocolError `not-encodable` if the size has more than ten digits, or if the name is no
 * well-formed text
 * @see docs/protocol.md, "The header"
 */
export function encodeTransferHeader(header: TransferHeader): Uint8Array<ArrayBuffer> {
  requireObject(header, 'a header');
  const { size, filename } = header;
  if (!Number.isSafeInteger(size) || size < 0 || size > maxTransferSize) {
    throw new ProtocolError(
      'not-encodable',
      `expected a size from 0 to ${maxTransferSize}, got ${excerpt(size)}`,
    );
  }
  if (typeof filename !== 'string' || !filename.isWellFormed())
    throw new ProtocolError(
      'not-encodable',
      `expected a name of well-formed text, got ${excerpt(filename)}`,
    );
  const bytes = new Uint8Array(transferHeaderBytes).fill(paddingByte);
  bytes.set(encodeText(String(size)));
  bytes.set(encodeText(filename).subarray(0, filenameBytes), sizeBytes);
  return bytes;
}

/** A header, and the first bytes of the data. */
export interface DecodedHeader {
  readonly header: TransferHeader;
  readonly rest: Uint8Array;
}

/**
 * Reads headers from bytes that come in pieces of any size, see {@link FrameDecoder}. `push` throws
 * a ProtocolError `bad-header`.
 *
 * @see docs/protocol.md, "The header"
 */
export class TransferHeaderDecoder extends FrameDecoder<DecodedHeader> {
  constructor() {
    super(new LineBuffer(transferHeaderBytes));
  }

  protected override decode(bytes: Uint8Array, rest: Uint8Array): DecodedHeader {
    return { header: decodeHeader(bytes), rest };
  }
}

function decodeHeader(bytes: Uint8Array): TransferHeader {
  const size = String.fromCharCode(...bytes.subarray(0, sizeBytes));
  const digits = /^(\d+):*$/.exec(size)?.[1];
  if (digits === undefined) {
    throw new ProtocolError(
      'bad-header',
      `expected a size of digits padded with colons, got ${excerpt(size)}`,
    );
  }
  return { size: Number(digits), filename: decodeFilename(bytes.subarray(sizeBytes)) };
}

function decodeFilename(bytes: Uint8Array): string {
  try {
    // Decoded as a stream, so that half a character at the end is left out instead of an error.
    const filename = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, {
      stream: true,
    });
    let end = filename.length;
    while (end > 0 && filename[end - 1] === padding) end -= 1;
    return filename.slice(0, end);
  } catch (cause) {
    throw new ProtocolError('bad-header', 'expected a file name in UTF-8', { cause });
  }
}
