// Tells a user once that there are nodes of another kind on the network, which this node cannot talk to.
import { datagramForm, formatPeerAddress, type PeerAddress } from '@peerlane/protocol';
import type { WarningKind } from '../limits/warnings.ts';
import type { RefusedDatagram } from './opener.ts';

/** The kinds of warnings that are told once. `where` is an address: of a node, or of its machine. */
const texts = {
  'sealed-neighbour': (where: string) =>
    `A sealed cluster is on this network (${where}); this open node cannot read it.`,
  'open-neighbour': (where: string) =>
    `An open node is on this network (${where}); this sealed node ignores it.`,
  'other-cluster': (where: string) =>
    `A node of another sealed cluster is on this network (${where}); this node ignores it.`,
  'changed-member': (where: string) =>
    `${where} was a member and now uses no key that this node has. If the key of the cluster was changed, one of the two lacks the new one.`,
  forged: (where: string) =>
    `A datagram from ${where} was not sealed by a member, or was changed on its way: such ones are dropped.`,
} as const;

/** Warns once of each kind of neighbour. */
export class NeighbourWarnings {
  readonly #warn: (kind: WarningKind, peer: string, message: string) => void;
  readonly #isMember: (address: string) => boolean;
  readonly #told = new Set<keyof typeof texts>();
  /** The host of the member of which was told: its announcements come from another port. */
  #changedHost: string | undefined;

  /** @param isMember whether the node at an address was understood a while ago */
  constructor(
    warn: (kind: WarningKind, peer: string, message: string) => void,
    isMember: (address: string) => boolean,
  ) {
    this.#warn = warn;
    this.#isMember = isMember;
  }

  /** An open node has heard a sealed one. */
  heardSealed(where: string): void {
    this.#tell('sealed-neighbour', where);
  }

  /** A sealed node has dropped a datagram. */
  refused({ reason, datagram, from }: RefusedDatagram): void {
    const where = formatPeerAddress(from);
    // Other programs may send to the same port.
    if (reason === 'not-sealed' && datagramForm(datagram) === 'open')
      this.#tellOfStranger('open-neighbour', where, from);
    else if (reason === 'other-key') this.#tellOfStranger('other-cluster', where, from);
    else if (reason === 'forged') this.#tell('forged', where);
    else if (reason === 'flood')
      this.#warn('flood', from.host, `${where} sends too fast: some datagrams are dropped.`);
  }

  /** A member that has changed or lost its key is another matter than a node that never had this one. */
  #tellOfStranger(kind: keyof typeof texts, where: string, { host }: PeerAddress): void {
    if (host === this.#changedHost || (this.#told.has(kind) && this.#changedHost !== undefined))
      return;
    if (!this.#isMember(where)) {
      this.#tell(kind, where);
      return;
    }
    this.#changedHost ??= host;
    this.#tell('changed-member', where);
  }

  #tell(kind: keyof typeof texts, where: string): void {
    if (this.#told.has(kind)) return;
    this.#told.add(kind);
    this.#warn(kind, where, texts[kind](where));
  }
}
