import { encodeMessage, hostOf, ipVersion, type DiscoverMessage } from '@peerlane/protocol';
import { adjustAllowance, allowanceLeft } from './allowance.ts';
import { isProvenVersion2, type Peer } from './peer.ts';
import { store, type Change, type State } from './state.ts';

/**
 * Sends messages to a peer: the only way out. What goes to a peer that is not trusted comes off its
 * allowance. Returns whether the messages go.
 */
export function send(
  state: State,
  peer: Peer,
  messages: readonly DiscoverMessage[],
  now: number,
  changes: Change[],
): boolean {
  const bytes = isTrusted(state, peer) ? 0 : lengthOf(messages);
  if (!charge(state, peer, bytes, now)) return false;
  changes.push({ type: 'send', to: peer.address, messages });
  return true;
}

/**
 * Whether a peer is sent whatever there is for it: the user named it, or it has proven that it is
 * there. The original trusts everyone.
 */
export function isTrusted({ settings }: State, peer: Peer): boolean {
  return peer.configured || isProvenVersion2(peer) || settings.protocol === 1;
}

/** Lets so many bytes more go to a peer that is not trusted. */
export function grant(state: State, peer: Peer, bytes: number, now: number): Peer {
  if (bytes <= 0 || isTrusted(state, peer)) return peer;
  return store(state, { ...peer, allowance: adjustAllowance(peer.allowance, bytes, now) });
}

/** Takes bytes off the allowance of a peer that is not trusted. Returns whether there are as many. */
export function charge(state: State, peer: Peer, bytes: number, now: number): boolean {
  const left = allowed(state, peer, now);
  if (bytes > left) return false;
  if (left !== Infinity)
    store(state, { ...peer, allowance: adjustAllowance(peer.allowance, -bytes, now) });
  return true;
}

/**
 * How many bytes may be sent to a peer now. Nothing ever leaves for a name that gossip brought: the
 * address that it resolves to is greeted in its place.
 */
export function allowed(state: State, peer: Peer, now: number): number {
  return isTrusted(state, peer) || isName(peer.address)
    ? Infinity
    : allowanceLeft(peer.allowance, now);
}

/** How many bytes messages have, each as one datagram. */
export function lengthOf(messages: readonly DiscoverMessage[]): number {
  return messages.reduce((sum, message) => sum + encodeMessage(message).length, 0);
}

/** Whether the host of an address is a name, and no IP address. */
function isName(address: string): boolean {
  return ipVersion(hostOf(address)) === undefined;
}
