// Watches a manifest whose digests come while the peer hashes the file: others that have it must not wait for
// a peer that does not hash.
import type { Clock, Timer } from '../clock.ts';
import type { KnownManifest } from '../manifests/known-manifest.ts';
import type { RemoteManifest } from '../swarm/remote-manifest.ts';
import { TransferError } from '../transfer-error.ts';
import type { Sources } from './sources.ts';

/** How often the pace is looked at, in milliseconds. */
export const paceWindow = 20_000;

/** The least pace while other sources wait, in bytes of the file in a window: that of the slowest disk. */
const leastBytes = paceWindow * 10_000;

/** The options of {@link watchDigests}. */
export interface DigestPaceOptions {
  readonly clock: Clock;
  /** How many bytes of the file the digests that have come are of. */
  readonly hashed: () => number;
  /** Whether another source waits. */
  readonly othersWait: () => boolean;
  /** Called once when the pace is too low. */
  readonly onSlow: () => void;
}

/** Begins to watch. Returns a function that ends it. */
export function watchDigests({ clock, hashed, othersWait, onSlow }: DigestPaceOptions): () => void {
  let before = hashed();
  let timer: Timer;
  const look = (): void => {
    const now = hashed();
    if (othersWait() && now - before < leastBytes) {
      onSlow();
      return;
    }
    before = now;
    timer = clock.schedule(look, paceWindow);
  };
  timer = clock.schedule(look, paceWindow);
  return () => {
    timer.cancel();
  };
}

/**
 * Waits for a whole manifest.
 *
 * @param sources others that may have the file
 * @param close ends the connection that the manifest comes on: called if its peer is too slow
 */
export async function wholeInTime<S>(
  manifest: RemoteManifest,
  sources: Sources<S>,
  clock: Clock,
  close: (reason: Error) => void,
): Promise<KnownManifest> {
  if (manifest.claimedRoot !== undefined) return manifest.whole;
  let isWaiting = true;
  let othersWait = false;
  const noteOther = (source: S | undefined): void => {
    if (source === undefined) return;
    othersWait = true;
    sources.giveBack(source);
  };
  sources
    .next(() => isWaiting)
    .then(noteOther)
    // Whoever looks for the next source sees why there is none.
    .catch(() => undefined);
  const end = watchDigests({
    clock,
    hashed: () => manifest.hashed,
    othersWait: () => othersWait,
    onSlow: () => {
      close(new TransferError('too-slow', 'the peer hashes its file too slowly, and others wait'));
    },
  });
  try {
    return await manifest.whole;
  } finally {
    isWaiting = false;
    end();
  }
}
