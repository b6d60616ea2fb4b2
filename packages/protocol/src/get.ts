// The message Get, whose first line also opens a transfer over TCP.
import { decodeExtension, encodeLines, type Extended } from './extension.ts';
import * as field from './fields.ts';
import { JsonLine } from './json-line.ts';
import { ProtocolError, excerpt } from './protocol-error.ts';
import { trimBlanksAtEnd } from './text.ts';

/** `Get,filename`: who has this file? */
export interface GetMessage extends Extended<GetExtension> {
  readonly type: 'get';
  /** The requested name, whichever of the two lines carries it. Not safe to print. */
  readonly filename: string;
}

/** The fields that version 2 adds to a Get. */
export interface GetExtension {
  /** The highest version that the sender speaks: 2 or more. */
  readonly v: number;
  /** Identifies the request, and returns in each answer to it: 16 hex digits. */
  readonly req: string;
  /** `folder` if the name is that of a folder; a word of a later version if it is something else. */
  readonly kind?: string;
}

const extensionLine = new JsonLine<GetExtension & { readonly filename?: string }>({
  v: field.version,
  req: field.randomBits,
  filename: field.optional(field.text),
  kind: field.optional(field.text),
});

/**
 * The text of a Get. If version 1 cannot carry the name, or it is not that of a file, it goes into the
 * extension line, and the first line has no name.
 *
 * @throws ProtocolError `not-encodable` if the extension is bad, or if there is none and version 1
 * cannot carry the name
 * @see docs/protocol.md, "Get"
 */
export function encodeGet({ filename, extension }: Omit<GetMessage, 'type'>): string {
  const isPlain = extension?.kind === undefined && versionOneFault(filename) === undefined;
  if (extension === undefined || isPlain) {
    return encodeLines(getLine(filename), extensionLine, extension);
  }
  return encodeLines('Get,', extensionLine, { ...extension, filename });
}

/**
 * The line `Get,filename` of version 1, without its line feed.
 *
 * @throws ProtocolError `not-encodable` if version 1 cannot carry the name
 * @see docs/protocol.md, "Get"
 */
export function getLine(filename: string): string {
  const fault = versionOneFault(filename);
  if (fault !== undefined) {
    throw new ProtocolError(
      'not-encodable',
      `version 1 cannot ask for a name ${fault}, got ${excerpt(filename)}`,
    );
  }
  return `Get,${filename}`;
}

/**
 * Decodes a Get. The name is the whole field: its commas and blanks belong to it. The name in the
 * extension line counts only if the field is empty.
 *
 * @param field the first line after the comma; `undefined` if it has no comma
 * @param rest what follows the first line
 * @throws ProtocolError `malformed-message` if neither line has a name
 * @see docs/protocol.md, "Get"
 */
export function decodeGet(field: string | undefined, rest: Uint8Array | undefined): GetMessage {
  const decoded = decodeExtension(extensionLine, rest);
  const filename = field === undefined || field === '' ? decoded.extension?.filename : field;
  if (filename === undefined) {
    const reason = decoded.extensionFault && ` (its extension line: ${decoded.extensionFault})`;
    throw new ProtocolError(
      'malformed-message',
      `expected Get,filename, got a Get without a name${reason ?? ''}`,
    );
  }
  if (decoded.extension === undefined) return { type: 'get', filename, ...decoded };
  const { v, req, kind } = decoded.extension;
  // A name in the first line is that of a file, as version 1 reads it.
  const isFile = kind === undefined || filename === field;
  return { type: 'get', filename, extension: isFile ? { v, req } : { v, req, kind } };
}

function versionOneFault(filename: unknown): string | undefined {
  if (typeof filename !== 'string') return 'that is not text';
  if (filename === '') return 'that is empty';
  if (filename.includes(',')) return 'with a comma';
  if (filename.includes('\n')) return 'with a line feed';
  if (filename !== trimBlanksAtEnd(filename)) return 'that ends in a blank';
  if (!filename.isWellFormed()) return 'that is not well-formed Unicode';
  return undefined;
}
