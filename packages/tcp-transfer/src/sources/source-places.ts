// The places for sources that send at the same time: few for each machine, and the slowest goes when others wait.
import { deferred, pause } from '../async.ts';
import type { Clock } from '../clock.ts';
import { machineAt } from './fair-order.ts';
import type { Source } from '../swarm/swarm-options.ts';

/** A file comes from at most this many sources at a time, and from this many of one machine. */
export const maxSources: { readonly inAll: number; readonly perMachine: number } = {
  inAll: 32,
  perMachine: 4,
};

/** How long a source has its place for sure while others wait, in milliseconds. */
export const turnTime = 10_000;

/** What {@link SourcePlaces} does. */
export interface SourcePlacesOptions<S extends Source> {
  readonly clock: Clock;
  /** Fetches from a source until it is of no more use. Must not reject. */
  readonly run: (source: S) => Promise<void>;
  /** Stops the source that has sent the least in its time, of those that have had their turn. */
  readonly stopSlowest: () => void;
}

/** Hands out places to sources. */
export class SourcePlaces<S extends Source> {
  readonly #options: SourcePlacesOptions<S>;
  readonly #waiting: S[] = [];
  /** How many places each machine has. */
  readonly #machines = new Map<string, number>();
  readonly #over = new AbortController();
  #taken = 0;
  #isTurning = false;
  readonly #idle = deferred<undefined>();
  #isLast = false;

  constructor(options: SourcePlacesOptions<S>) {
    this.#options = options;
  }

  /** Gives a source a place, or lets it wait for one. */
  add(source: S): void {
    this.#waiting.push(source);
    this.#fill();
  }

  /** Resolves when all sources that were added have had their place. No more must be added then. */
  get idle(): Promise<undefined> {
    this.#isLast = true;
    this.#fill();
    return this.#idle.promise;
  }

  /** No more places are handed out. Returns the sources that still waited. */
  close(): S[] {
    this.#over.abort();
    return this.#waiting.splice(0);
  }

  #fill(): void {
    if (this.#over.signal.aborted) return;
    for (
      let next = this.#next();
      next >= 0 && this.#taken < maxSources.inAll;
      next = this.#next()
    ) {
      const [source] = this.#waiting.splice(next, 1);
      void this.#run(source!);
    }
    if (this.#next() >= 0) void this.#turn();
    if (this.#isLast && this.#taken === 0 && this.#waiting.length === 0)
      this.#idle.resolve(undefined);
  }

  /** Which waiting source is next: one of a machine that may have another place. */
  #next(): number {
    return this.#waiting.findIndex(
      ({ address }) => this.#placesOf(machineAt(address)) < maxSources.perMachine,
    );
  }

  #placesOf(machine: string): number {
    return this.#machines.get(machine) ?? 0;
  }

  async #run(source: S): Promise<void> {
    const machine = machineAt(source.address);
    this.#taken += 1;
    this.#machines.set(machine, this.#placesOf(machine) + 1);
    await this.#options.run(source);
    this.#taken -= 1;
    this.#machines.set(machine, this.#placesOf(machine) - 1);
    this.#fill();
  }

  /** While a source waits that may have a place, the slowest goes now and then. */
  async #turn(): Promise<void> {
    if (this.#isTurning) return;
    this.#isTurning = true;
    await pause(this.#options.clock, turnTime, this.#over.signal);
    this.#isTurning = false;
    if (this.#over.signal.aborted || this.#next() < 0) return;
    if (this.#taken >= maxSources.inAll) this.#options.stopSlowest();
    this.#fill();
  }
}
