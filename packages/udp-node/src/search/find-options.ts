// The options of a search, with their defaults and checks.
import { checkTime, checkType } from '../system/checks.ts';

/** The members that do not answer a search. */
export interface Silence {
  /** How many members were asked. */
  readonly asked: number;
  /** Those of them that have not answered, as `host:port`. */
  readonly silent: readonly string[];
  /** Whether the search has ended without them. */
  readonly ended: boolean;
}

/** What is searched for: a file, or a folder as a whole. */
export type Kind = 'file' | 'folder';

/** What is searched for, and how long. */
export interface FindOptions {
  /**
   * What the name is that of. Only members of version 2 are asked for a `folder`.
   * @default 'file'
   */
  readonly kind?: Kind;
  /**
   * When the search ends by itself: with the `first` offer, or at the `timeout` however many offers
   * come. Both end as soon as every member has said that it does not have the file.
   * @default 'timeout'
   */
  readonly until?: 'first' | 'timeout';
  /**
   * The most time that the search goes on, in milliseconds.
   * @default 100_000
   */
  readonly timeout?: number;
  /**
   * Called if members have not answered within a second; and once more where the search ends because
   * these do not answer a ping either, and all others, if there are any, have said no.
   */
  readonly onSilent?: ((silence: Silence) => void) | undefined;
  /**
   * Called when all members that are waited for have answered, and the node knows whom the others know; again
   * each time this becomes true. More offers may come all the same.
   */
  readonly onAllAnswered?: (() => void) | undefined;
  /** Ends the search when it is aborted. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of a search with every default filled in. */
export interface FindSettings {
  readonly kind: Kind;
  readonly until: 'first' | 'timeout';
  readonly timeout: number;
  readonly onSilent: ((silence: Silence) => void) | undefined;
  readonly onAllAnswered: (() => void) | undefined;
  readonly signal: AbortSignal | undefined;
}

/** @throws TypeError or RangeError that names the option */
export function resolveFindOptions(options: FindOptions): FindSettings {
  const { kind = 'file', until = 'timeout', timeout = 100_000 } = options;
  const { onSilent, onAllAnswered, signal } = options;
  checkType('kind', kind, ['file', 'folder'].includes(kind), "'file' or 'folder'");
  checkType('until', until, ['first', 'timeout'].includes(until), "'first' or 'timeout'");
  checkTime('timeout', timeout, 0, Infinity);
  return { kind, until, timeout, onSilent, onAllAnswered, signal };
}
