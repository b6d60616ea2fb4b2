// The line that a client sends to a file server, in version 1 or 2.
import * as field from './fields.ts';
import { FrameDecoder } from './frame-decoder.ts';
import { getLine } from './get.ts';
import { JsonLine, maxJsonLineBytes } from './json-line.ts';
import { LineBuffer } from './line-buffer.ts';
import { ProtocolError, excerpt, requireObject } from './protocol-error.ts';
import { decodeText, encodeText, trimBlanksAtEnd } from './text.ts';
import type { TreePath } from './tree-entry.ts';

/** The things that a client can ask a file server for. */
export type TransferRequest = TransferRequestV1 | TransferRequestV2;

/** `Get,filename`: asks for the whole file, after which the server ends the connection. */
export interface TransferRequestV1 {
  readonly version: 1;
  /** The requested name. Data from the network: not safe to print. */
  readonly filename: string;
}

/** One line of JSON. Which keys count depends on `want`. */
export interface TransferRequestV2 {
  readonly version: 2;
  /**
   * `data`, `manifest`, `catalog`, `folders`, `tree`, `pack`, `pieces` or `accept`. A server answers anything
   * else with `unsupported`.
   */
  readonly want: string;
  /** The requested name: of a folder for a tree or a pack. Data from the network: not safe to print. */
  readonly filename?: string;
  /** The paths below the folder of the files in a pack. Data from the network: not safe to print. */
  readonly entries?: readonly TreePath[];
  /** The offset of the requested data in the file, in bytes. */
  readonly offset?: number;
  /** How many bytes are requested. */
  readonly length?: number;
  /** The root of the requested content: 64 hex digits. */
  readonly root?: string;
  /** A piece from this server that was not that of its manifest, which the server should check. */
  readonly piece?: number;
  /** The cursor of the answer before, at which a list continues. */
  readonly cursor?: string;
  /** A text that the names in a list must contain. Data from the network: not safe to print. */
  readonly match?: string;
  /** Of an offer, see {@link SendOffer}. Data from the network: not safe to print. */
  readonly send?: string;
  readonly kind?: string;
  readonly from?: string;
  readonly size?: number;
  readonly files?: number;
  readonly items?: number;
  readonly total?: number;
  readonly port?: number;
  readonly peers?: readonly string[];
}

const jsonLine = new JsonLine<Omit<TransferRequestV2, 'version'> & { readonly v: number }>({
  v: field.version,
  want: field.text,
  filename: field.optional(field.text),
  entries: field.optional(field.paths),
  offset: field.optional(field.byteCount),
  length: field.optional(field.byteCount),
  root: field.optional(field.digest),
  piece: field.optional(field.byteCount),
  cursor: field.optional(field.text),
  match: field.optional(field.text),
  send: field.optional(field.randomBits),
  kind: field.optional(field.text),
  from: field.optional(field.nodeName),
  size: field.optional(field.byteCount),
  files: field.optional(field.byteCount),
  items: field.optional(field.integer(1)),
  total: field.optional(field.byteCount),
  port: field.optional(field.port),
  peers: field.optional(field.texts),
});

/** The longest request line, in bytes without its line feed. */
export const maxRequestBytes: number = maxJsonLineBytes;

/**
 * Encodes a request as its line, in version 1 unless it names a version. It must be sent in one
 * write with nothing behind it, because the original peer reads only once.
 *
 * @throws ProtocolError `not-encodable` if the version cannot carry the request
 * @see docs/protocol.md, "TCP"
 */
export function encodeTransferRequest(
  request: Omit<TransferRequestV1, 'version'> | TransferRequest,
): Uint8Array<ArrayBuffer> {
  return encodeText(`${lineOf(request)}\n`);
}

function lineOf(request: Omit<TransferRequestV1, 'version'> | TransferRequest): string {
  requireObject(request, 'a request');
  if (!('version' in request) || request.version === 1) return getLine(request.filename);
  const { version: v, ...keys } = request;
  return jsonLine.encode({ v, ...keys });
}

/** A request, and the bytes that came after its line. */
export interface DecodedRequest {
  readonly request: TransferRequest;
  readonly rest: Uint8Array;
}

/**
 * Reads request lines from bytes that come in pieces of any size, see {@link FrameDecoder}. `push`
 * throws a ProtocolError `bad-request`, also for a line of more than 8192 bytes, and at the first
 * byte of a line that begins like no request. Blanks ahead of a line count, and are ignored, as the
 * original does.
 *
 * @see docs/protocol.md, "TCP"
 */
export class TransferRequestDecoder extends FrameDecoder<DecodedRequest> {
  constructor() {
    const error = (fault: string): ProtocolError => new ProtocolError('bad-request', fault);
    super(new LineBuffer(maxRequestBytes, error, asciiBlanksAhead));
  }

  protected override decode(line: Uint8Array, rest: Uint8Array): DecodedRequest {
    return { request: line[0] === versionTwo ? decodeJson(line) : decodeGetLine(line), rest };
  }

  // The first byte shows the version, so a stranger is turned away before its line ends.
  protected override inspect(begun: Uint8Array): void {
    const [first] = begun;
    if (first !== undefined && first !== versionOne && first !== versionTwo)
      throw badRequest(begun);
  }
}

/** The `G` of `Get`. */
const versionOne = 0x47;
/** The `{` of a JSON object. */
const versionTwo = 0x7b;

function asciiBlanksAhead(bytes: Uint8Array): number {
  const index = bytes.findIndex((byte) => byte !== 0x20 && (byte < 0x09 || byte > 0x0d));
  return index === -1 ? bytes.length : index;
}

function decodeGetLine(line: Uint8Array): TransferRequestV1 {
  const text = decodeText(line);
  if (!text?.startsWith('Get,')) throw badRequest(line);
  const filename = trimBlanksAtEnd(text.slice('Get,'.length));
  if (filename === '') throw badRequest(line);
  return { version: 1, filename };
}

function decodeJson(line: Uint8Array): TransferRequestV2 {
  const decoded = jsonLine.decode(line);
  if ('fault' in decoded) {
    throw new ProtocolError('bad-request', `malformed request in JSON: ${decoded.fault}`);
  }
  const { v, ...keys } = decoded.value;
  return { version: 2, ...keys };
}

function badRequest(line: Uint8Array): ProtocolError {
  const got = excerpt(decodeText(line.subarray(0, 64)) ?? `${line.length} bytes`);
  return new ProtocolError(
    'bad-request',
    `expected Get,filename or a JSON object, such as {"v":2,"want":"data","filename":"a.txt"}, got ${got}`,
  );
}
