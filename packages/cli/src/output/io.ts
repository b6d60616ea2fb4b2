// The streams, variables and signal that the program has, and how text is printed.
import type { Readable, Writable } from 'node:stream';
import { visibleText } from '@peerlane/protocol';
import { withoutKeys } from '../text/without-keys.ts';

/** A stream for output: a terminal, a file or a pipe. */
export type Output = Writable & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  /** Node's own: reads the size of the terminal now, and emits `resize` if it has changed. */
  readonly _refreshSize?: () => void;
  /** Node's own: whether the program stands still until the terminal or the pipe has taken what is written. */
  readonly _handle?: { readonly setBlocking?: (isBlocking: boolean) => unknown };
};

/** The surroundings of the program. */
export interface Io {
  readonly stdin: Readable & {
    readonly isTTY?: boolean;
    readonly setRawMode?: (mode: boolean) => unknown;
  };
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The working folder. Reading it throws a UsageError if the folder was removed. */
  readonly cwd: string;
  /** Aborted when the program has to stop. */
  readonly signal: AbortSignal;
  /**
   * Stops the program, as Ctrl-Z does, until the shell lets it go on. Returns at once where no shell could.
   */
  readonly suspend?: () => void;
  /**
   * Lets a session cancel downloads where Ctrl-C comes as a signal: if `cancel` returns true, there were some,
   * and `signal` is not aborted.
   */
  readonly onInterrupt?: (cancel: () => boolean) => void;
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
 * control the terminal. A key that was typed in the place of something else is cut off.
 */
export function print(stream: Writable, ...lines: Printed): void {
  stream.write(
    lines
      .flat()
      .map((line) => `${visibleText(withoutKeys(line))}\n`)
      .join(''),
  );
}
