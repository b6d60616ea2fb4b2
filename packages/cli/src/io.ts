import type { Readable, Writable } from 'node:stream';

/** What the program has of the world around it. */
export interface Io {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The working folder. */
  readonly cwd: string;
  /** Aborted when the program is told to stop. */
  readonly signal: AbortSignal;
}

/** Writes a line for whoever uses the program. */
export function print(stream: Writable, line: string): void {
  stream.write(`${line}\n`);
}
