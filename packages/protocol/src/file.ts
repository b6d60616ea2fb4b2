// The message File, which answers a Get.
import { decodeExtension, encodeLines, type Extended } from './extension.ts';
import * as field from './fields.ts';
import { JsonLine } from './json-line.ts';
import { maxPort } from './peer-address.ts';
import { ProtocolError, excerpt } from './protocol-error.ts';
import { maxDigits, parseDigits, trimBlanks } from './text.ts';

/** `File,1,port`: I have the file that you asked for; fetch it from my TCP port. */
export interface FileMessage extends Extended<FileExtension> {
  readonly type: 'file';
  /** How to fetch the file: 1 is TCP, the only method. */
  readonly method: number;
  /** 1 to 65535, or 0 if nothing is offered. */
  readonly port: number;
}

/** The fields that version 2 adds to a File. */
export interface FileExtension {
  /** The highest version that the sender speaks: 2 or more. */
  readonly v: number;
  /** The `req` of the Get that is answered: 16 hex digits. */
  readonly req: string;
  /** `folder` if a folder is offered. */
  readonly kind?: string;
  /** The size of the file, or of all files in the folder, in bytes. */
  readonly size?: number;
  /** The root of the file's manifest or of the folder's tree: 64 hex digits. */
  readonly root?: string;
  /** The sender does not have the file; the port is 0. */
  readonly miss?: true;
}

const extensionLine = new JsonLine<FileExtension>({
  v: field.version,
  req: field.randomBits,
  kind: field.optional(field.text),
  size: field.optional(field.byteCount),
  root: field.optional(field.digest),
  miss: field.optional(field.flag),
});

const missWithPort = 'miss: expected port 0 with it';

/**
 * The text of a File.
 *
 * @throws ProtocolError `not-encodable`
 * @see docs/protocol.md, "File"
 */
export function encodeFile({ method, port, extension }: FileMessage): string {
  if (!isCount(method, maxDigits) || !isCount(port, maxPort)) {
    throw new ProtocolError(
      'not-encodable',
      `expected a method and a port from 0 to ${maxPort}, got ${excerpt(method)} and ${excerpt(port)}`,
    );
  }
  if (extension?.miss && port !== 0) throw new ProtocolError('not-encodable', missWithPort);
  return encodeLines(`File,${method},${port}`, extensionLine, extension);
}

/**
 * Decodes a File.
 *
 * @param fields the first line after the comma; `undefined` if it has no comma
 * @param rest what follows the first line
 * @throws ProtocolError `malformed-message`
 * @see docs/protocol.md, "File"
 */
export function decodeFile(fields: string | undefined, rest: Uint8Array | undefined): FileMessage {
  const [first = '', second = ''] = (fields ?? '').split(',', 2);
  const method = parseDigits(trimBlanks(first));
  const port = parseDigits(trimBlanks(second));
  if (method === undefined || port === undefined || port > maxPort) {
    throw new ProtocolError(
      'malformed-message',
      `expected File,1,port, got ${excerpt(`File,${fields ?? ''}`)}`,
    );
  }
  const decoded = decodeExtension(extensionLine, rest);
  if (decoded.extension?.miss && port !== 0) {
    return { type: 'file', method, port, extensionFault: missWithPort };
  }
  return { type: 'file', method, port, ...decoded };
}

function isCount(value: number, max: number): boolean {
  return Number.isSafeInteger(value) && value >= 0 && value <= max;
}
