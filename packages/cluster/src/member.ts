// A member of the cluster as others may see it.
import { hostOf } from '@peerlane/protocol';
import { isHeard, type Peer } from './peer.ts';

/** A member as others may see it. */
export interface Member {
  /** `host:port`. */
  readonly address: string;
  /** Given as an option, named by gossip, or heard. */
  readonly state: 'configured' | 'announced' | 'heard';
  /** The highest version that it has shown. */
  readonly version: 1 | 2;
  /** The name that its user gave it: text from the network. */
  readonly name: string | undefined;
  /** The TCP port of its file server, if it announces one. */
  readonly tcpPort: number | undefined;
  /** When it was last heard, in milliseconds of the caller's clock. */
  readonly heardAt: number | undefined;
  /** How long its last answer to a ping took, in milliseconds. */
  readonly roundTrip: number | undefined;
  /**
   * When it was first sent the ping that it has not returned, in milliseconds of the caller's clock. A heard
   * peer of version 1 owes nothing: it knows no pings.
   */
  readonly owesSince: number | undefined;
}

/** The part of a peer that others may see. */
export function memberOf(peer: Peer): Member {
  const { address, version, name, tcpPort, heardAt, roundTrip, owesSince, configured } = peer;
  const heard = isHeard(peer);
  return {
    address,
    state: heard ? 'heard' : configured ? 'configured' : 'announced',
    version,
    name,
    tcpPort,
    heardAt,
    roundTrip,
    owesSince: heard && version === 1 ? undefined : owesSince,
  };
}

/** The names of the peers that were heard from a host, each name once. */
export function namesAt(host: string, peers: Iterable<Peer>): string[] {
  const names = new Set<string>();
  for (const peer of peers) {
    if (peer.name === undefined || !isHeard(peer)) continue;
    if ([peer.address, ...peer.aliases].some((address) => hostOf(address) === host))
      names.add(peer.name);
  }
  return [...names];
}
