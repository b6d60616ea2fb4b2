// When things happen: pauses, periods and deadlines, as numbers and pure functions.
import type { Peer, Rhythm } from './peer.ts';

/**
 * The pauses before a configured peer that was not heard yet is tried again, in milliseconds: it is
 * tried after 0.25, 1, 4, 12 and 28 seconds.
 */
export const configuredPauses: readonly number[] = [250, 750, 3000, 8000, 16_000];

/**
 * The pauses after each ping to a suspect, a peer that is said to leave, in milliseconds: it is pinged
 * at once and after 1 second, and counts as gone after 2. Both pings together are shorter than three
 * times the goodbye, which may be forged.
 */
export const suspectPauses: readonly number[] = [1000, 1000];

/** The pauses after which a ping that was not returned is sent again, in milliseconds. */
export const pingPauses: readonly number[] = [1000, 3000];

/**
 * How long after it has proven itself a newcomer is sent members once more, in milliseconds: the first
 * datagram may have been lost, and others may have joined in the same moment.
 */
export const introductionPause = 1000;

/** How long a silent peer is remembered, in milliseconds: a day. */
export const memory = 86_400_000;

/**
 * The longest period that a peer is believed to have, in periods of our own: a claimed period must not
 * keep a dead address listed for hours.
 */
const longestPeriod = 6;

/** The most datagrams that gossip can cause to an address within {@link gossipWindow}. */
export const maxGossipSends = 5;

/** The time within which {@link maxGossipSends} counts, in milliseconds: an hour. */
export const gossipWindow = 3_600_000;

/**
 * The shortest gap between DISCOVERs that counts for a rhythm, in milliseconds. Closer together they are
 * a duplicate or a burst.
 */
const shortestGap = 500;

/**
 * The period of a peer that speaks version 1, until it has shown another, in milliseconds: the default of
 * the original. Until its second DISCOVER nothing else is known.
 */
const presumedPeriod = 20_000;

/** The period of a peer: the longer of our own and the one that it announced, showed or may have. */
export function periodOf(peer: Peer, ownPeriod: number): number {
  const isUnknown = peer.version === 1 && peer.rhythm.gap === undefined;
  const said = peer.period ?? (isUnknown ? presumedPeriod : shownPeriod(peer.rhythm));
  return Math.max(ownPeriod, Math.min(said, longestPeriod * ownPeriod));
}

/** The period that a rhythm shows: the shorter of two gaps, for one of them may be a silence. */
export function shownPeriod({ gap = 0, earlierGap = gap }: Rhythm): number {
  return Math.min(gap, earlierGap);
}

/** The rhythm after one more DISCOVER. */
export function nextRhythm(rhythm: Rhythm, now: number): Rhythm {
  if (rhythm.at === undefined) return { at: now };
  const gap = now - rhythm.at;
  if (gap < shortestGap) return rhythm;
  return { at: now, gap, ...(rhythm.gap === undefined ? {} : { earlierGap: rhythm.gap }) };
}

/**
 * When a silent peer becomes quiet: three periods after it was announced (our own or, if it is longer,
 * that of the peer of version 1 that named it), or six after it was last heard.
 */
export function quietAt(peer: Peer, ownPeriod: number): number {
  if (peer.heardAt === undefined)
    return peer.learnedAt + 3 * Math.max(ownPeriod, peer.namersPeriod ?? 0);
  return peer.heardAt + 6 * periodOf(peer, ownPeriod);
}

/**
 * Until when lists name a peer: two periods after it was last heard. A peer that has proven itself
 * answers each ping of ours at once, so its own period does not count.
 */
export function sharedUntil(peer: Peer, ownPeriod: number): number {
  if (peer.heardAt === undefined) return -Infinity;
  return peer.heardAt + 2 * (peer.proven ? ownPeriod : periodOf(peer, ownPeriod));
}

/**
 * Whether a peer has owed us a pong for so long that it gets no list before it returns one. A configured
 * peer gets its list all the same: it may be of version 1.
 */
export function isOverdue(
  { configured, owesSince }: Peer,
  now: number,
  ownPeriod: number,
): boolean {
  return !configured && owesSince !== undefined && now - owesSince >= 2 * ownPeriod;
}

/** The pause before the next attempt to reach a quiet peer: one period, then two, four, … */
export function quietRetry(attempts: number, ownPeriod: number): number {
  return ownPeriod * 2 ** attempts;
}

/** How long a proven peer may leave a request and pings unanswered, in milliseconds. */
const responseTimeout = 10_000;

/** The same for a peer of which nothing was ever heard: version 1 answers after ten seconds. */
const responseTimeoutVersion1 = 30_000;

/**
 * When a peer whose answer is waited for since `since`, and that is pinged meanwhile, counts as not there
 * if it shows nothing of itself until then; `Infinity` for one that may be there all the same.
 *
 * @param lowest the lowest version that it may speak
 */
export function responseDeadline(
  { version, proven, heardAt = -Infinity, quietSince }: Peer,
  since: number,
  lowest: 1 | 2,
): number {
  // A peer of version 1 that is there says nothing if it does not have the file.
  const speaksVersion1 = !proven && heardAt > -Infinity && quietSince === undefined;
  // Only proven peers are pinged: one that has said that it is there may have lost the few requests.
  const isUnproven = !proven && version === 2;
  if (speaksVersion1 || isUnproven) return Infinity;
  const speaksVersion2 = proven || lowest === 2;
  return Math.max(since, heardAt) + (speaksVersion2 ? responseTimeout : responseTimeoutVersion1);
}

/** The last times at which gossip caused datagrams to an address, with one more. */
export function recordGossipSend(gossipSends: readonly number[], now: number): readonly number[] {
  return [...gossipSends, now].slice(-maxGossipSends);
}

/** Whether gossip may cause one more datagram to an address that was sent some at these times. */
export function allowsGossipSend(gossipSends: readonly number[], now: number): boolean {
  return (
    gossipSends.length < maxGossipSends ||
    now - gossipSends[gossipSends.length - maxGossipSends]! >= gossipWindow
  );
}
