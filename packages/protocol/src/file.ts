import { ProtocolError, excerpt } from './protocol-error.ts';
import { parseDigits } from './text.ts';

/** `File,1,port`: I have the file that you asked for; fetch it from this TCP port. */
export interface FileMessage {
  readonly type: 'file';
  /** How to fetch it. 1 is TCP, and there is no other. */
  readonly method: number;
  /** 0 to 65535. */
  readonly port: number;
}

const maxPort = 65_535;

/** @see docs/protocol.md, "File" */
export function encodeFile({ method, port }: FileMessage): string {
  if (!isCount(method) || !isCount(port) || port > maxPort) {
    throw new ProtocolError(
      'not-encodable',
      `expected a method and a port from 0 to ${maxPort}, got ${method} and ${port}`,
    );
  }
  return `File,${method},${port}`;
}

/** Reads the fields after `File`. */
export function decodeFile(fields: string | undefined): FileMessage {
  const [first = '', second = ''] = (fields ?? '').split(',', 2);
  const method = parseDigits(first.trim());
  const port = parseDigits(second.trim());
  if (method === undefined || port === undefined || port > maxPort) {
    throw new ProtocolError(
      'malformed-message',
      `expected File,1,port, got ${excerpt(`File,${fields ?? ''}`)}`,
    );
  }
  return { type: 'file', method, port };
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
