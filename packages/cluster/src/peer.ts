import { noAllowance, type Allowance } from './allowance.ts';

/** What a node knows about one peer. Times are in milliseconds of the caller's clock. */
export interface Peer {
  /** `host:port` in its normal form. */
  readonly address: string;
  /** Given by the user: listed, told and retried for ever. */
  readonly configured: boolean;
  readonly learnedAt: number;
  /** Someone on this machine named it, so that it may be on this machine too. */
  readonly local: boolean;
  /** When it last spoke. Of a peer that has shown version 2 only a returned ping counts. */
  readonly heardAt: number | undefined;
  /** It was last heard because it returned a ping: nobody has forged its address. */
  readonly proven: boolean;
  /** The highest version it has shown. */
  readonly version: 1 | 2;
  /** What its name resolves to now. */
  readonly resolved: string | undefined;
  /** The other addresses by which it is known, `resolved` among them. */
  readonly aliases: readonly string[];
  /** Names the running node behind the address; one node may have several addresses. */
  readonly id: string | undefined;
  /** What its user calls it. Text from the network. */
  readonly name: string | undefined;
  /** Its TCP port. */
  readonly tcpPort: number | undefined;
  /** It shares nothing and leaves soon: not told to others. */
  readonly guest: boolean;
  /** The period that it announced. */
  readonly period: number | undefined;
  /** Of a peer that announces no period: when its last two DISCOVERs came, and how far apart. */
  readonly rhythm: Rhythm;
  /**
   * Since when it has been silent for too long. Unless it is configured, it is then not listed, not
   * told, and retried ever more rarely.
   */
  readonly quietSince: number | undefined;
  /** When it last said that it leaves, or someone said so in its name. */
  readonly suspectedAt: number | undefined;
  /** How often it was tried since it was last heard, became quiet or was said to leave. */
  readonly attempts: number;
  /** When it has to be looked at again; `Infinity` for never. */
  readonly due: number;
  /** The ping that was sent to it and has not come back. */
  readonly ping: string | undefined;
  /** When that ping was first sent. */
  readonly owesSince: number | undefined;
  /** The same; of no ping that was sent again can the time be taken. */
  readonly pingedAt: number | undefined;
  /** How long the last ping took to come back, in milliseconds. */
  readonly roundTrip: number | undefined;
  /** When it last got a list as the answer to what it sent. */
  readonly greetedAt: number | undefined;
  /** What may still be sent to it while it is not trusted. */
  readonly allowance: Allowance;
  /** When gossip last made us send to it: the newest few times, see `maxGossipSends`. */
  readonly gossipSends: readonly number[];
  /** How many new addresses it has told since when. */
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

// Shared by all peers that have none, for a cluster may have very many.
const none: readonly never[] = [];
const noRhythm: Rhythm = {};
const nothingNew = { since: -Infinity, count: 0 };

/** A peer of which nothing is known but its address. */
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
    // All that a peer ever has is there from the start: a copy with a change costs far less then.
    heardAt: undefined,
    quietSince: undefined,
    suspectedAt: undefined,
    resolved: undefined,
    id: undefined,
    name: undefined,
    tcpPort: undefined,
    period: undefined,
    ping: undefined,
    owesSince: undefined,
    pingedAt: undefined,
    roundTrip: undefined,
    greetedAt: undefined,
    answerTime: undefined,
    priority: false,
    ...fields,
  };
}

/** Whether the peer has spoken, and not been silent for too long since. */
export function isHeard({ heardAt, quietSince }: Peer): boolean {
  return heardAt !== undefined && quietSince === undefined;
}

/** Whether the peer said that it leaves and has not been heard since. */
export function isSuspect(peer: Peer): boolean {
  return isHeard(peer) && peer.suspectedAt !== undefined && peer.suspectedAt >= peer.heardAt!;
}

/** Whether the peer has been silent for too long to be listed. */
export function isQuiet({ configured, quietSince }: Peer): boolean {
  return !configured && quietSince !== undefined;
}

/** Whether the peer is a member for all to see. */
export function isListed({ configured, quietSince, guest }: Peer): boolean {
  return configured || (quietSince === undefined && !guest);
}

/** Whether the peer has proven that it is there, and with that version 2; not if silent since. */
export function isProvenVersion2(peer: Peer): boolean {
  return peer.proven && isHeard(peer);
}

/** Whether the peer has spoken as version 1, which can prove nothing. */
export function speaksVersion1(peer: Peer): boolean {
  return !peer.proven && isHeard(peer);
}

/** What is kept of a peer depends on this. */
export type Standing =
  /** Configured or heard. */
  | 'present'
  /** Nothing but gossip vouches for it, so far. */
  | 'announced'
  /** Heard once, and silent for too long since. */
  | 'quiet'
  /** Announced, and never heard in all the time that it was given. */
  | 'unanswered';

export function standingOf({ configured, heardAt, quietSince }: Peer): Standing {
  if (configured) return 'present';
  if (heardAt === undefined) return quietSince === undefined ? 'announced' : 'unanswered';
  return quietSince === undefined ? 'present' : 'quiet';
}
