// The only way out of the cluster: nothing is sent to a stranger beyond its allowance.
import { encodeMessage, type DiscoverMessage } from '@peerlane/protocol';
import { adjustAllowance, allowanceLeft } from './allowance.ts';
import { isProvenVersion2, type Peer } from './peer.ts';
import { store, type Change, type State } from './state.ts';

/**
 * Sends messages to a peer, and charges them to its allowance if it is not trusted. Returns whether
 * they are sent.
 *
 * @param length the length of the messages on the wire in bytes, if the caller knows it: encoding them takes long
 */
export function send(
  state: State,
  peer: Peer,
  messages: readonly DiscoverMessage[],
  now: number,
  changes: Change[],
  length?: number,
): boolean {
  const bytes = isTrusted(state, peer) ? 0 : (length ?? lengthOf(state, messages));
  if (!charge(state, peer, bytes, now)) return false;
  changes.push({ type: 'send', to: peer.address, messages });
  return true;
}

/**
 * Whether a peer may be sent everything: it is configured, or it has proven that it is there. The
 * original trusts every peer.
 */
export function isTrusted({ settings }: State, peer: Peer): boolean {
  return peer.configured || isProvenVersion2(peer) || settings.protocol === 1;
}

/** Adds bytes to the allowance of a peer that is not trusted. */
export function grant(state: State, peer: Peer, bytes: number, now: number): Peer {
  if (bytes <= 0 || isTrusted(state, peer)) return peer;
  return store(state, { ...peer, allowance: adjustAllowance(peer.allowance, bytes, now) });
}

/** Charges bytes to a peer that is not trusted. Returns false if its allowance is too small. */
export function charge(state: State, peer: Peer, bytes: number, now: number): boolean {
  const left = allowed(state, peer, now);
  if (bytes > left) return false;
  if (left !== Infinity)
    store(state, { ...peer, allowance: adjustAllowance(peer.allowance, -bytes, now) });
  return true;
}

/**
 * How many bytes may be sent to a peer now. A name has no limit, for nothing is ever sent to a name
 * from gossip: the address that it resolves to is greeted instead.
 */
export function allowed(state: State, peer: Peer, now: number): number {
  return isTrusted(state, peer) || isName(peer.address)
    ? Infinity
    : allowanceLeft(peer.allowance, now);
}

/** The length of messages on the wire in bytes, each as one datagram. */
export function lengthOf({ settings }: State, messages: readonly DiscoverMessage[]): number {
  const { overhead } = settings;
  return messages.reduce((sum, message) => sum + encodeMessage(message).length + overhead, 0);
}

/** Whether the host of an address is a name, and no IP address. */
function isName(address: string): boolean {
  // Asked for every address of a list: splitting each address first takes a tenth of the merge.
  return !/(?:\]|\.\d+):\d+$/.test(address);
}
