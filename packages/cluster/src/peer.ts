// Everything that a node knows about one peer, and the questions that this answers.
import { noAllowance, type Allowance } from './allowance.ts';

/** Everything that a node knows about one peer. Times are in milliseconds of the caller's clock. */
export interface Peer {
  /** `host:port` in its normal form. */
  readonly address: string;
  /** Given as an option: it is listed, sent lists and retried for ever. */
  readonly configured: boolean;
  readonly learnedAt: number;
  /** It was named from this machine, so that it may be on this machine too. */
  readonly local: boolean;
  /** When it last spoke. Of a peer that has shown version 2 only a returned ping counts. */
  readonly heardAt: number | undefined;
  /** It was last heard because it returned a ping, so its address is not forged. */
  readonly proven: boolean;
  /** The highest version it has shown. */
  readonly version: 1 | 2;
  /** The address that its name resolves to now. */
  readonly resolved: string | undefined;
  /** The other addresses by which it is known, `resolved` among them. */
  readonly aliases: readonly string[];
  /** Names the running node behind the address; one node may have several addresses. */
  readonly id: string | undefined;
  /** The name that its user gave it: text from the network. */
  readonly name: string | undefined;
  /** Its TCP port. */
  readonly tcpPort: number | undefined;
  /** It shares nothing and leaves soon: lists do not name it. */
  readonly guest: boolean;
  /** The period that it announced. */
  readonly period: number | undefined;
  /** The period of the peer of version 1 that named it: it may be one of these too, and speak as rarely. */
  readonly namersPeriod: number | undefined;
  /** The rhythm of a peer that announces no period: when its last two DISCOVERs came, and how far apart. */
  readonly rhythm: Rhythm;
  /**
   * Since when it has been silent for too long. Unless it is configured, it is then not listed, lists
   * do not name it, and it is retried ever more rarely.
   */
  readonly quietSince: number | undefined;
  /** When a datagram last said in its name that it leaves. */
  readonly suspectedAt: number | undefined;
  /** How often it was tried since it was last heard, became quiet or became suspect. */
  readonly attempts: number;
  /** When it is due again; `Infinity` for never. */
  readonly due: number;
  /** The ping that was sent to it and has not come back. */
  readonly ping: string | undefined;
  /** When that ping was first sent. */
  readonly owesSince: number | undefined;
  /** The same, unless that ping was sent again: then no round trip can be measured. */
  readonly pingedAt: number | undefined;
  /** How long the last ping took to come back, in milliseconds. */
  readonly roundTrip: number | undefined;
  /** When a ping of it was last answered with all that this node says of itself. */
  readonly describedAt: number | undefined;
  /** When its datagram was last answered with a list. */
  readonly introducedAt: number | undefined;
  /**
   * When it is sent members once more, as the first datagram may have been lost: `Infinity` for a
   * newcomer that relies on this node and has not proven itself yet.
   */
  readonly introduceAgainAt: number | undefined;
  /** The bytes that may still be sent to it while it is not trusted. */
  readonly allowance: Allowance;
  /** The last times at which gossip caused a datagram to it, see `maxGossipSends`. */
  readonly gossipSends: readonly number[];
  /** How many new addresses it has named since when. */
  readonly newAddresses: { readonly since: number; readonly count: number };
  /** How fast it answers requests, in milliseconds. */
  readonly answerTime: number | undefined;
  /** It was the first to answer one of our requests. */
  readonly priority: boolean;
}

/** When the DISCOVERs of a peer came. */
export interface Rhythm {
  readonly at?: number;
  readonly gap?: number;
  readonly earlierGap?: number;
}

// Shared by all peers that have none: a cluster may have very many.
const none: readonly never[] = [];
const noRhythm: Rhythm = {};
const nothingNew = { since: -Infinity, count: 0 };

/** A peer of which only the address is known. */
export function newPeer(address: string, now: number, fields: Partial<Peer> = {}): Peer {
  return {
    address,
    configured: false,
    learnedAt: now,
    local: false,
    version: 1,
    guest: false,
    rhythm: noRhythm,
    aliases: none,
    attempts: 0,
    due: Infinity,
    gossipSends: none,
    newAddresses: nothingNew,
    proven: false,
    allowance: noAllowance,
    // Every field exists from the start: copying a peer with a change costs far less then.
    heardAt: undefined,
    quietSince: undefined,
    suspectedAt: undefined,
    resolved: undefined,
    id: undefined,
    name: undefined,
    tcpPort: undefined,
    period: undefined,
    namersPeriod: undefined,
    ping: undefined,
    owesSince: undefined,
    pingedAt: undefined,
    roundTrip: undefined,
    describedAt: undefined,
    introducedAt: undefined,
    introduceAgainAt: undefined,
    answerTime: undefined,
    priority: false,
    ...fields,
  };
}

/** Whether the peer has spoken, and has not been silent for too long since. */
export function isHeard({ heardAt, quietSince }: Peer): boolean {
  return heardAt !== undefined && quietSince === undefined;
}

/** Whether the peer was said to leave and has not been heard since. */
export function isSuspect(peer: Peer): boolean {
  return isHeard(peer) && peer.suspectedAt !== undefined && peer.suspectedAt >= peer.heardAt!;
}

/** Whether the peer has been silent for too long to be listed. */
export function isQuiet({ configured, quietSince }: Peer): boolean {
  return !configured && quietSince !== undefined;
}

/** Whether the peer is on the list. */
export function isListed({ configured, quietSince, guest }: Peer): boolean {
  return configured || (quietSince === undefined && !guest);
}

/** Whether the peer has proven that it is there, and so version 2, and has not been silent since. */
export function isProvenVersion2(peer: Peer): boolean {
  return peer.proven && isHeard(peer);
}

/** Whether the peer has spoken version 1, by which it cannot prove that it is there. */
export function speaksVersion1(peer: Peer): boolean {
  return !peer.proven && isHeard(peer);
}

/** Whether the peer was heard, lately or long ago, and is not known to speak version 2. */
export function isOfVersion1({ version, heardAt }: Peer): boolean {
  return version === 1 && heardAt !== undefined;
}

/** Whether only its silence keeps the peer off the list, so that it may be there all the same. */
export function isSilent(peer: Peer): boolean {
  if (!isQuiet(peer)) return false;
  return peer.suspectedAt === undefined || peer.suspectedAt < (peer.heardAt ?? Infinity);
}

/** The kinds of peers. Each kind has its own bound. */
export type Standing =
  /** Configured or heard. */
  | 'present'
  /** Only gossip vouches for it so far. */
  | 'announced'
  /** Heard once, and silent for too long since. */
  | 'quiet'
  /** Announced, and not heard for too long since. */
  | 'unanswered';

export function standingOf({ configured, heardAt, quietSince }: Peer): Standing {
  if (configured) return 'present';
  if (heardAt === undefined) return quietSince === undefined ? 'announced' : 'unanswered';
  return quietSince === undefined ? 'present' : 'quiet';
}
