import { FrameDecoder } from './frame-decoder.ts';
import { LineBuffer } from './line-buffer.ts';
import { ProtocolError, excerpt, requireObject } from './protocol-error.ts';
import { cutText, encodeText } from './text.ts';

/** What a file server sends before the data: 74 bytes. */
export interface TransferHeader {
  /** The file's size in bytes. */
  readonly size: number;
  readonly name: string;
}

const sizeBytes = 10;
const nameBytes = 64;

/** The length of a transfer header, in bytes. */
export const transferHeaderBytes = 74;

/** The largest file that a header can announce, in bytes: ten digits. */
export const maxTransferSize = 9_999_999_999;

const padding = ':';
const paddingByte = 0x3a;

/**
 * The part of a file name that a header can carry: cut between characters to 64 bytes, without
 * colons at its end, which could not be told from the padding.
 *
 * @see docs/protocol.md, "The header"
 */
export function headerName(name: string): string {
  return cutText(name, nameBytes).replace(/:+$/, '');
}

/**
 * A header: the size in 10 bytes, the name in 64, both padded with `:`.
 *
 * @throws ProtocolError `not-encodable` for a size of over ten digits, a name of over 64 bytes or
 * one that ends in `:` (see {@link headerName})
 * @see docs/protocol.md, "The header"
 */
export function encodeTransferHeader(header: TransferHeader): Uint8Array<ArrayBuffer> {
  requireObject(header, 'a header');
  const { size, name } = header;
  if (!Number.isSafeInteger(size) || size < 0 || size > maxTransferSize) {
    throw new ProtocolError(
      'not-encodable',
      `expected a size from 0 to ${maxTransferSize}, got ${excerpt(size)}`,
    );
  }
  if (typeof name !== 'string' || name !== headerName(name) || !name.isWellFormed()) {
    throw new ProtocolError(
      'not-encodable',
      `expected a name of at most ${nameBytes} bytes that does not end in a colon, got ${excerpt(name)}`,
    );
  }
  const bytes = new Uint8Array(transferHeaderBytes).fill(paddingByte);
  bytes.set(encodeText(String(size)));
  bytes.set(encodeText(name), sizeBytes);
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
  return { size: Number(digits), name: decodeName(bytes.subarray(sizeBytes)) };
}

function decodeName(bytes: Uint8Array): string {
  try {
    // As a stream: a sender that cut the name in the middle of a character loses that character.
    const name = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, {
      stream: true,
    });
    let end = name.length;
    while (end > 0 && name[end - 1] === padding) end -= 1;
    return name.slice(0, end);
  } catch (cause) {
    throw new ProtocolError('bad-header', 'expected a file name in UTF-8', { cause });
  }
}
