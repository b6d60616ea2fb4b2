import { encodeGet } from './get.ts';
import { ProtocolError, excerpt } from './protocol-error.ts';
import { decodeText, encodeText, newline } from './text.ts';

/** What a client asks of a file server: the first line of a TCP connection. */
export interface TransferRequest {
  readonly version: 1;
  readonly filename: string;
}

/** The longest request line that is read, in bytes. */
export const maxRequestBytes = 8192;

/**
 * A version 1 request, `Get,filename\n`, to be sent in one write: the original peer reads once.
 *
 * @throws ProtocolError `not-encodable` for a name that version 1 cannot carry
 * @see docs/protocol.md, "TCP"
 */
export function encodeTransferRequest({
  filename,
}: Pick<TransferRequest, 'filename'>): Uint8Array<ArrayBuffer> {
  return encodeText(`${encodeGet({ filename })}\n`);
}

/**
 * Reads a request line in whatever pieces it comes.
 *
 * @see docs/protocol.md, "TCP"
 */
export class TransferRequestDecoder {
  readonly #line = new Uint8Array(maxRequestBytes);
  #filled = 0;

  /**
   * Takes the next bytes. Returns the request once its line is whole, `undefined` until then.
   * What follows the line is not looked at.
   *
   * @throws ProtocolError `bad-request`: not a request, or a line of more than 8192 bytes
   */
  push(bytes: Uint8Array): TransferRequest | undefined {
    const end = bytes.indexOf(newline);
    const part = end === -1 ? bytes : bytes.subarray(0, end);
    if (this.#filled + part.length > maxRequestBytes) {
      throw new ProtocolError(
        'bad-request',
        `expected a request of at most ${maxRequestBytes} bytes`,
      );
    }
    this.#line.set(part, this.#filled);
    this.#filled += part.length;
    const line = this.#line.subarray(0, this.#filled);
    // The first byte tells the version, so a stranger is turned away before its line ends.
    if (line.length > 0 && line[0] !== versionOne) throw badRequest(line);
    return end === -1 ? undefined : decodeRequest(line);
  }
}

/** The `G` of `Get`. */
const versionOne = 0x47;

function decodeRequest(line: Uint8Array): TransferRequest {
  const text = decodeText(line);
  if (!text?.startsWith('Get,')) throw badRequest(line);
  const filename = text.slice('Get,'.length).trim();
  if (filename === '') throw badRequest(line);
  return { version: 1, filename };
}

function badRequest(line: Uint8Array): ProtocolError {
  const got = excerpt(decodeText(line.subarray(0, 64)) ?? `${line.length} bytes`);
  return new ProtocolError('bad-request', `expected Get,filename, got ${got}`);
}
