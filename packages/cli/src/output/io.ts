// The streams, variables and signal that the program has, and how text is printed.
import type { Readable, Writable } from 'node:stream';
import { visibleText } from '@peerlane/protocol';

/** A stream for output: a terminal, a file or a pipe. */
export type Output = Writable & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  /** Node's own: reads the size of the terminal now, and emits `resize` if it has changed. */
  readonly _refreshSize?: () => void;
};

/** The surroundings of the program. */
export interface Io {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The working folder. Reading it throws a UsageError if the folder was removed. */
  readonly cwd: string;
  /** Aborted when the program has to stop. */
  readonly signal: AbortSignal;
  /**
   * Lets a program that serves go on when its standard output cannot be written any more, because a disk is
   * full, say. Otherwise the program ends.
   *
   * @param say is told why, once
   */
  readonly surviveOutput?: (say: (reason: string) => void) => void;
}

/**
 * Lines to print, singly or as a list. A list of many lines, as strangers can make it, is no list of
 * arguments: 130,000 of those are more than the stack holds.
 */
export type Printed = readonly (string | readonly string[])[];

/**
 * Prints lines of text. Control characters become visible: text of a peer, a file or an argument cannot
 * control the terminal.
 */
export function print(stream: Writable, ...lines: Printed): void {
  stream.write(
    lines
      .flat()
      .map((line) => `${visibleText(line)}\n`)
      .join(''),
  );
}
