// Adds an address that the user, or the program, names while the node runs.
import { beginJoining } from './convergence.ts';
import { GossipRound } from './gossip-round.ts';
import { learnAddresses } from './learn.ts';
import type { Change, State } from './state.ts';

/** The most bytes that are sent to an address that the user named, besides what comes from it. */
const namedAllowance = 512;

/** An address that the user, or the program, named. */
export interface NamedAddress {
  readonly address: string;
  /** Whether it may be a loopback address. */
  readonly local: boolean;
}

/** Adds an address that the user, or the program, named. */
export function addAddress(
  state: State,
  { address, local }: NamedAddress,
  now: number,
  changes: Change[],
): void {
  beginJoining(state, now);
  const source = { local, bytesPerAddress: namedAllowance };
  learnAddresses(state, [address], source, new GossipRound(state, now), changes);
}
