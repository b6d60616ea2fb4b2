// The addresses that turned out to be this node's own. They are hidden but not forgotten: anyone who sees a
// ping can send it back in another's name, so each of them can become a member again.
import type { DiscoverExtension } from '@peerlane/protocol';
import { isHeard, isProvenVersion2, type Peer } from './peer.ts';
import { find, put, remove, type Change, type OwnAddress, type State } from './state.ts';

/** The most addresses that are not configured and are remembered as this node's own. */
const maxOthers = 1000;

/** How many rounds an address that is not configured is remembered as this node's own. */
const memory = 100;

/** Whether an address is this node's own, as far as is known. */
export function isOwn({ self, own }: State, address: string): boolean {
  return self.has(address) || own.configured.has(address) || own.others.has(address);
}

/**
 * Records that a peer is this node itself, which is never a member. Returns false if no more such
 * addresses can be remembered.
 */
export function hideOwn(state: State, peer: Peer, changes: Change[]): boolean {
  const { configured, others } = state.own;
  if (!peer.configured && others.size >= maxOthers) return false;
  const kept = { ...peer, ping: peer.ping ?? state.settings.newPing() };
  remove(state, peer, changes);
  (peer.configured ? configured : others).set(peer.address, {
    peer: kept,
    rounds: 0,
    echoed: true,
  });
  return true;
}

/**
 * Whether a datagram with this node's own `id` comes from another node, as when a running machine was
 * copied: it has a ping that this node did not send, or returns the one that was sent there. This node
 * never answers itself.
 */
export function isOfClone(
  state: State,
  from: string,
  { ping, pong }: Pick<DiscoverExtension, 'ping' | 'pong'>,
): boolean {
  const peer = find(state, from);
  if (pong !== undefined && pong === peer?.ping) return true;
  if (ping !== undefined) return !isOwnPing(state, ping);
  return peer !== undefined && isProvenVersion2(peer);
}

/** Whether this node has sent a ping that has not been returned by a peer. */
function isOwnPing({ pings, own }: State, ping: string): boolean {
  const isSentThere = ({ peer }: OwnAddress): boolean => peer.ping === ping;
  return (
    pings.has(ping) ||
    [...own.configured.values()].some(isSentThere) ||
    [...own.others.values()].some(isSentThere)
  );
}

/**
 * Handles the return of this node's own ping, which shows that the ping went to this node itself: unless
 * a peer was heard there. Returns the peer if it cannot be remembered as this node.
 */
export function receiveEcho(
  state: State,
  ping: string | undefined,
  changes: Change[],
): Peer | undefined {
  if (ping === undefined) return undefined;
  const { own, peers, pings } = state;
  for (const address of own.configured.values()) {
    if (address.peer.ping === ping)
      own.configured.set(address.peer.address, { ...address, echoed: true });
  }
  const pinged = peers.get(pings.get(ping) ?? '');
  if (!pinged || pinged.proven || isHeard(pinged)) return undefined;
  return hideOwn(state, pinged, changes) ? undefined : pinged;
}

/**
 * What is known of the peer at an address that was taken for this node's own, if it may be a peer after
 * all: it has returned the ping, or speaks again after a round. It is no address of this node then.
 */
export function revealSpeaker(
  { own }: State,
  from: string,
  extension: DiscoverExtension | undefined,
): Peer | undefined {
  const hidden =
    own.others.get(from) ??
    own.configured.get(from) ??
    [...own.configured.values()].find(({ peer }) => peer.aliases.includes(from));
  if (!hidden) return undefined;
  const { peer, rounds } = hidden;
  if (rounds === 0 && extension?.pong !== peer.ping) return undefined;
  own.others.delete(peer.address);
  own.configured.delete(peer.address);
  return revealed(peer);
}

/**
 * Begins a round: a configured address becomes a member again if the last ping there has not come back.
 * The others are pinged again.
 */
export function reviewOwn(state: State, changes: Change[]): void {
  const { configured, others } = state.own;
  for (const [address, { peer, rounds, echoed }] of configured) {
    if (!echoed) {
      configured.delete(address);
      put(state, revealed(peer), changes);
      continue;
    }
    configured.set(address, { peer, rounds: rounds + 1, echoed: false });
    const extension = { ...state.briefDescription, ping: peer.ping! };
    const messages = [{ type: 'discover' as const, addresses: [], extension }];
    changes.push({ type: 'send', to: address, messages });
  }
  for (const [address, own] of others) {
    if (own.rounds < memory) others.set(address, { ...own, rounds: own.rounds + 1 });
    else others.delete(address);
  }
}

/** The peer as it was, without the addresses that its name led to: another may be known there by now. */
function revealed(peer: Peer): Peer {
  return { ...peer, resolved: undefined, aliases: [], due: Infinity };
}
