import { ProtocolError, excerpt } from './protocol-error.ts';

/** `Get,filename`: who has this file? The same line opens a transfer over TCP. */
export interface GetMessage {
  readonly type: 'get';
  readonly filename: string;
}

/**
 * @throws ProtocolError `not-encodable` for a name that version 1 cannot carry
 * @see docs/protocol.md, "Get"
 */
export function encodeGet({ filename }: Pick<GetMessage, 'filename'>): string {
  const fault = faultOf(filename);
  if (fault !== undefined) {
    throw new ProtocolError(
      'not-encodable',
      `version 1 cannot ask for a name ${fault}, got ${excerpt(filename)}`,
    );
  }
  return `Get,${filename}`;
}

/** Reads the field after `Get`. The name is all of it: blanks inside and commas belong to it. */
export function decodeGet(field: string | undefined): GetMessage {
  if (field === undefined) {
    throw new ProtocolError('malformed-message', 'expected Get,filename, got "Get" alone');
  }
  return { type: 'get', filename: field.trim() };
}

function faultOf(filename: string): string | undefined {
  if (filename === '') return 'of no characters';
  if (filename.includes(',')) return 'with a comma';
  if (filename.includes('\n')) return 'with a line feed';
  if (filename !== filename.trim()) return 'with blanks around it';
  if (!filename.isWellFormed()) return 'that is not well-formed Unicode';
  return undefined;
}
