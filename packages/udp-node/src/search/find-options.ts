// The options of a search, with their defaults and checks.
import { checkTime, checkType } from '../system/checks.ts';

/** How long a search goes on. */
export interface FindOptions {
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
  /** Ends the search when it is aborted. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of a search with every default filled in. */
export interface FindSettings {
  readonly until: 'first' | 'timeout';
  readonly timeout: number;
  readonly signal: AbortSignal | undefined;
}

/** @throws TypeError or RangeError that names the option */
export function resolveFindOptions(options: FindOptions): FindSettings {
  const { until = 'timeout', timeout = 100_000, signal } = options;
  checkType('until', until, ['first', 'timeout'].includes(until), "'first' or 'timeout'");
  checkTime('timeout', timeout, 0, Infinity);
  return { until, timeout, signal };
}
