import { debuglog } from 'node:util';
import type { Invocation } from '../command-line/parse.ts';
import { ConfigError } from '../config/config-error.ts';
import { exitCodes } from '../exit-codes.ts';
import { print, type Io } from '../io.ts';
import type { ErrorEvent, JsonEvent } from '../json-events.ts';
import { NodeError } from '../node-error.ts';
import { writeJson } from '../output/json-line.ts';
import { UsageError } from '../usage-error.ts';

const debug = debuglog('p2p');

/** Where what a command finds goes: as events for a program, or as lines for a person. */
export class Report {
  readonly json: boolean;
  readonly #io: Io;
  readonly #complain: (reason: string) => void;

  /** @param complain what tells a person why something failed */
  constructor(
    { options }: Invocation,
    io: Io,
    complain: (reason: string) => void = (reason) => {
      print(io.stderr, `p2p: ${reason}`);
    },
  ) {
    this.json = options.json === true;
    this.#io = io;
    this.#complain = complain;
  }

  /** Tells an event to a program. */
  event(event: JsonEvent): void {
    if (this.json) writeJson(this.#io.stdout, event);
  }

  /** Tells a person what was asked for. */
  say(...lines: readonly string[]): void {
    if (!this.json) print(this.#io.stdout, ...lines);
  }

  /** What is good to know beside that. */
  note(line: string): void {
    print(this.#io.stderr, line);
  }

  /** Tells why something could not be done, and returns the exit code for that. */
  fail(error: unknown, details: Pick<ErrorEvent, 'filename' | 'near'> = {}): number {
    const interrupted = this.#io.signal.aborted;
    const message = error instanceof Error ? error.message : String(error);
    const code = interrupted ? 'interrupted' : codeOf(error);
    this.event({
      event: 'error',
      code,
      message: interrupted ? 'Interrupted.' : message,
      ...details,
    });
    if (!interrupted) this.#complain(message);
    debug('%O', error);
    return { failed: 1, usage: 2, 'not-found': 3, interrupted: exitCodes.interrupted }[code];
  }
}

function codeOf(error: unknown): 'failed' | 'usage' | 'not-found' {
  if (error instanceof ConfigError || error instanceof UsageError) return 'usage';
  return error instanceof NodeError && error.code === 'not-found' ? 'not-found' : 'failed';
}
