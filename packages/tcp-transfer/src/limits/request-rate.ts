// Limits how many requests of one machine are answered in a second, by what they cost.
import type { TransferRequestV2 } from '@peerlane/protocol';
import { pause } from '../async.ts';
import type { Clock } from '../clock.ts';

/** How long a machine may have asked for nothing to be answered at once, in milliseconds. */
const saved = 4000;

/**
 * What a request costs by what it wants: some 60 µs each. A page of a catalog looks up a hundred files,
 * and a manifest may have to be read from the disk. A page of a tree is hashed by threads, which share
 * their time among all machines. The bytes of a file cost nothing here.
 */
export const requestCosts = { data: 1, manifest: 5, catalog: 20, folders: 20, tree: 20 } as const;

/** What a pack costs without its files, and how many files cost as much as one request for data. */
const [packCost, filesPerCost] = [4, 32];

/** What a request costs. */
export function costOf({
  want,
  entries = [],
}: Pick<TransferRequestV2, 'want' | 'entries'>): number {
  if (want === 'pack') return packCost + Math.ceil(entries.length / filesPerCost);
  return Object.hasOwn(requestCosts, want)
    ? requestCosts[want as keyof typeof requestCosts]
    : requestCosts.data;
}

/** At this many machines, those that have not asked for long are forgotten. */
const manyMachines = 1000;

/**
 * Limits the requests of each machine. A request that is too early waits for its turn, and is not
 * refused: a client of version 1 could not be told why.
 */
export class RequestRate {
  readonly #rate: number;
  readonly #clock: Clock;
  /** When the time that all requests of a machine so far may take has passed. */
  readonly #freeAt = new Map<string, number>();
  #forgetAt = manyMachines;

  /** @param rate how much the requests of a machine may cost in a second */
  constructor(rate: number, clock: Clock) {
    this.#rate = rate;
    this.#clock = clock;
  }

  /** Resolves when a request may be answered, or when the signal is aborted: then it costs nothing. */
  async turn(machine: string, cost: number, signal: AbortSignal): Promise<void> {
    const now = this.#clock.now();
    const taken = (cost / this.#rate) * 1000;
    const freeAt = Math.max(now, this.#freeAt.get(machine) ?? now) + taken;
    this.#freeAt.set(machine, freeAt);
    if (this.#freeAt.size >= this.#forgetAt) this.#forget(now);
    const wait = freeAt - now - saved;
    if (wait > 0) await pause(this.#clock, wait, signal);
    // A client that was closed before its turn must not make others of its machine wait.
    const later = this.#freeAt.get(machine);
    if (wait > 0 && signal.aborted && later !== undefined) this.#freeAt.set(machine, later - taken);
  }

  /** How many machines are remembered. */
  get size(): number {
    return this.#freeAt.size;
  }

  #forget(now: number): void {
    for (const [machine, freeAt] of this.#freeAt) if (freeAt <= now) this.#freeAt.delete(machine);
    this.#forgetAt = Math.max(manyMachines, 2 * this.#freeAt.size);
  }
}
