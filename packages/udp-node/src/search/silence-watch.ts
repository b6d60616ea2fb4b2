// Pings the members that do not answer a search, and ends it where waiting for them is in vain.
import type { Cluster } from '@peerlane/cluster';
import type { Clock, Timer } from '../system/clock.ts';
import type { Asked, AskedMembers } from './asked-members.ts';
import type { Silence } from './find-options.ts';

/** How often the members that have not answered are pinged, in milliseconds. */
const probeInterval = 500;

/** The number of the probe with which the silent members are reported: after a second. */
const reportedProbe = 2;

/**
 * The least time for which a search waits where nobody answers at all, in milliseconds: a connection that
 * is lost for a moment is back by then.
 */
const cutOffTimeout = 20_000;

/** The parts of a search that a {@link SilenceWatch} uses. */
export interface SilenceWatchOptions {
  readonly settings: { readonly clock: Clock; readonly protocol: 1 | 2 };
  readonly cluster: Cluster;
  /** Pings a member that does not answer. */
  readonly probe: (member: string) => void;
  readonly onSilent: ((silence: Silence) => void) | undefined;
}

/** Watches the members that have not answered a search. */
export class SilenceWatch {
  readonly #options: SilenceWatchOptions;
  readonly #asked: AskedMembers;
  readonly #endSearch: () => void;
  #timer: Timer | undefined;
  #probes = 0;

  constructor(options: SilenceWatchOptions, asked: AskedMembers, endSearch: () => void) {
    this.#options = options;
    this.#asked = asked;
    this.#endSearch = endSearch;
  }

  start(): void {
    this.#timer = this.#options.settings.clock.schedule(() => {
      this.start();
      this.#probes += 1;
      this.#probe();
    }, probeInterval);
  }

  cancel(): void {
    this.#timer?.cancel();
  }

  #probe(): void {
    const { settings, probe, onSilent } = this.#options;
    const silent = [...this.#asked.silent()];
    if (silent.length === 0) return;
    const report = (members: typeof silent, ended: boolean): void => {
      if (members.length === 0) return;
      onSilent?.({ asked: this.#asked.awaited, silent: members.map(([member]) => member), ended });
    };
    // A member whose offer led nowhere so far, or is being used, is not silent.
    const neverHeard = silent.filter(([, { hasOffered }]) => !hasOffered);
    if (this.#probes === reportedProbe) report(neverHeard, false);
    if (this.#isVain(silent)) {
      report(silent, true);
      this.#endSearch();
    } else if (settings.protocol === 2) {
      for (const [member] of silent) probe(member);
    }
  }

  /** Whether all others have said no, and no answer of these is to be expected. */
  #isVain(silent: readonly [string, Asked][]): boolean {
    const { settings, cluster } = this.#options;
    const { awaited, refusals } = this.#asked;
    if (refusals + silent.length < awaited || !cluster.hasConverged) return false;
    // In version 1 nobody says no, and nobody is pinged.
    if (settings.protocol === 1) return false;
    const now = settings.clock.now();
    // If nobody answers at all, this node may be the one that is cut off.
    const least = refusals === 0 ? cutOffTimeout : 0;
    return silent.every(
      ([member, { since }]) =>
        now >= Math.max(since + least, cluster.responseDeadline(member, since)),
    );
  }
}
