/** What a node knows about one peer. Times are in milliseconds of the caller's clock. */
export interface Peer {
  /** `host:port` in its normal form. */
  readonly address: string;
  /** Given by the user: listed, told and retried for ever. */
  readonly configured: boolean;
  readonly learnedAt: number;
  /** When the peer last proved that it is there. */
  readonly heardAt?: number;
  /** The highest version it has shown. */
  readonly version: 1 | 2;
  /** What its name resolves to now. */
  readonly resolved?: string;
  /** The other addresses by which it is known, `resolved` among them. */
  readonly aliases: readonly string[];
  /** Names the running node behind the address; one node may have several addresses. */
  readonly id?: string | undefined;
  /** What its user calls it. Text from the network. */
  readonly name?: string | undefined;
  /** Its TCP port. */
  readonly tcp?: number | undefined;
  /** It shares nothing and leaves soon: not told to others. */
  readonly guest: boolean;
  /** The period that it announced. */
  readonly period?: number | undefined;
  /** Of a peer that announces no period: when its last two DISCOVERs came, and how far apart. */
  readonly rhythm: Rhythm;
  /** It was silent for too long: not listed, not told, retried ever more rarely. */
  readonly quietSince?: number | undefined;
  /** When it last said that it leaves, or someone said so in its name. */
  readonly doubtedAt?: number;
  /** How often it was tried since it was last heard. */
  readonly attempts: number;
  /** When it has to be looked at again; `Infinity` for never. */
  readonly due: number;
  /** The ping that was sent to it and has not come back. */
  readonly ping?: string | undefined;
  /** When that ping was first sent. */
  readonly pingedAt?: number | undefined;
  /** How long the last ping took to come back, in milliseconds. */
  readonly roundTrip?: number;
  /** When it last got a list as the answer to what it sent. */
  readonly greetedAt?: number | undefined;
  /** When gossip last made us send to it: the newest few times, see `gossipBudget`. */
  readonly bought: readonly number[];
  /** How many new addresses it has told since when. */
  readonly told: { readonly since: number; readonly count: number };
  /** How fast it answers requests, in milliseconds; it has priority once this is known. */
  readonly answersIn?: number;
}

/** When the DISCOVERs of a peer came. */
export interface Rhythm {
  readonly at?: number;
  readonly gap?: number;
  readonly earlierGap?: number;
}

// Shared by all peers that have none, for a cluster may have very many.
const none: readonly never[] = [];
const noRhythm: Rhythm = {};
const toldNothing = { since: -Infinity, count: 0 };

/** A peer of which nothing is known but its address. */
export function newPeer(address: string, now: number, fields: Partial<Peer> = {}): Peer {
  return {
    address,
    configured: false,
    learnedAt: now,
    version: 1,
    guest: false,
    rhythm: noRhythm,
    aliases: none,
    attempts: 0,
    due: Infinity,
    bought: none,
    told: toldNothing,
    ...fields,
  };
}

/** Whether the peer said that it leaves and has not been heard since. */
export function isDoubted({ doubtedAt, heardAt }: Peer): boolean {
  return doubtedAt !== undefined && heardAt !== undefined && doubtedAt >= heardAt;
}

/** Whether the peer has been silent for too long to be listed. */
export function isQuiet(peer: Peer): boolean {
  return peer.quietSince !== undefined;
}

/** Whether nothing but gossip vouches for the peer, and it is still listed. */
export function isAnnounced(peer: Peer): boolean {
  return !isQuiet(peer) && !peer.configured && peer.heardAt === undefined;
}

/** Whether the peer has proven that it is there, and not been silent for too long since. */
export function isHeard(peer: Peer): boolean {
  return peer.heardAt !== undefined && !isQuiet(peer);
}
