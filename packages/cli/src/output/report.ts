// The output of a command: events for a program with `--json`, lines for a person without.
import { debuglog, inspect } from 'node:util';
import { UsageError } from '../command-line/usage-error.ts';
import { ConfigError } from '../files/config-error.ts';
import { exitCodes } from './exit-codes.ts';
import { failureText } from './failure-text.ts';
import { print, type Io, type Printed } from './io.ts';
import type { ErrorEvent, JsonEvent } from '../events/json-events.ts';
import { NodeError } from '../node/node-error.ts';
import { withoutKeys } from '../text/without-keys.ts';
import { writeJson } from '../events/json-line.ts';

const debug = debuglog('p2p');

/** The exit code for each code of an error event. */
const exitCodeOf = { ...exitCodes, 'not-found': exitCodes.notFound };

/** Prints the results of a command, and why it fails. */
export class Report {
  readonly json: boolean;
  readonly #io: Io;
  readonly #complain: (reason: string) => void;

  /** @param complain shows a person why the command failed */
  constructor(
    { options }: { readonly options: { readonly json: boolean } },
    io: Io,
    complain: (reason: string) => void = (reason) => {
      print(io.stderr, `p2p: ${reason}`);
    },
  ) {
    this.json = options.json;
    this.#io = io;
    this.#complain = complain;
  }

  /** Prints an event if a program reads the output. */
  event(event: JsonEvent): void {
    if (this.json) writeJson(this.#io.stdout, event);
  }

  /** Prints results if a person reads the output. */
  say(...lines: Printed): void {
    if (!this.json) print(this.#io.stdout, ...lines);
  }

  /** Prints a note to standard error. */
  note(line: string): void {
    print(this.#io.stderr, line);
  }

  /** Prints why something failed, and returns the exit code. */
  fail(error: unknown, details: Pick<ErrorEvent, 'filename' | 'near'> = {}): number {
    const interrupted = this.#io.signal.aborted;
    const message = failureText(error);
    const code = interrupted ? 'interrupted' : codeOf(error);
    this.event({
      event: 'error',
      code,
      message: interrupted ? 'Interrupted.' : message,
      ...details,
    });
    if (!interrupted) this.#complain(message);
    if (debug.enabled) debug('%s', withoutKeys(inspect(error)));
    return exitCodeOf[code];
  }
}

function codeOf(error: unknown): 'failed' | 'usage' | 'not-found' {
  if (error instanceof ConfigError || error instanceof UsageError) return 'usage';
  return NodeError.is(error) && error.code === 'not-found' ? 'not-found' : 'failed';
}
