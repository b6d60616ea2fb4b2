/** What a {@link Cluster} starts from. Addresses are `host:port` in their normal form. */
export interface ClusterOptions {
  /** The addresses of this node itself: never members, whoever names them. */
  readonly self: readonly string[];
  /** The members that this node was given. */
  readonly members?: readonly string[];
  /**
   * The most members that are kept; what is learned beyond is left out.
   * @default 10_000
   */
  readonly maxMembers?: number;
}

/**
 * Who is in the cluster, as one node knows it, and which of its peers have priority. A peer may be
 * known by two addresses, a name and what the name resolves to: the first one known is the member,
 * the other its alias.
 *
 * @see docs/protocol.md, "Membership"
 */
export class Cluster {
  readonly #self: Set<string>;
  readonly #members: Set<string>;
  readonly #aliases = new Map<string, string>();
  readonly #responders = new Set<string>();
  readonly #maxMembers: number;

  constructor({ self, members = [], maxMembers = 10_000 }: ClusterOptions) {
    this.#self = new Set(self);
    this.#maxMembers = maxMembers;
    this.#members = new Set(members.filter((member) => !this.#self.has(member)));
  }

  /** The members in the order in which they became known. */
  members(): string[] {
    return [...this.#members];
  }

  /** Takes in addresses that a peer told or wrote from. Returns those that are new members. */
  merge(addresses: Iterable<string>): string[] {
    const added: string[] = [];
    for (const address of addresses) {
      if (this.#self.has(address) || this.#aliases.has(address) || this.#members.has(address))
        continue;
      if (this.#members.size >= this.#maxMembers) break;
      this.#members.add(address);
      added.push(address);
    }
    return added;
  }

  /** Notes that `member` is also reached at `address`, and so that the two are one. */
  addAlias(address: string, member: string): void {
    if (address === member) return;
    if (this.#self.has(address)) {
      this.#self.add(member);
      this.#members.delete(member);
      return;
    }
    this.#members.delete(address);
    this.#aliases.set(address, member);
  }

  /** Notes that the peer at `address` answered a request: it has priority from now on. */
  recordResponder(address: string): void {
    if (this.#responders.size < this.#maxMembers) this.#responders.add(this.#memberOf(address));
  }

  /** Whether the peer at `address` is answered at once. */
  hasPriority(address: string): boolean {
    return this.#responders.has(this.#memberOf(address));
  }

  #memberOf(address: string): string {
    return this.#aliases.get(address) ?? address;
  }
}
