import type { Readable, Writable } from 'node:stream';
import { visibleText } from '@peerlane/protocol';

/** Where output goes: a terminal, a file, a pipe. */
export type Output = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** What the program has of the world around it. */
export interface Io {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The working folder. */
  readonly cwd: string;
  /** Aborted when the program is told to stop. */
  readonly signal: AbortSignal;
}

/**
 * Writes lines for whoever uses the program. All that it prints goes through here, so no text of a
 * peer, a file or an argument can steer a terminal.
 */
export function print(stream: Writable, ...lines: readonly string[]): void {
  stream.write(lines.map((line) => `${visibleText(line)}\n`).join(''));
}
