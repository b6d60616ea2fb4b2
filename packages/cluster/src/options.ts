/** What a {@link Cluster} starts from. Addresses are `host:port` in their normal form. */
export interface ClusterOptions {
  /** The addresses of this node itself, by which it is never a member. */
  readonly self: readonly string[];
  /** A random name for this run of the node: 16 hexadecimal digits. */
  readonly id: string;
  /** Makes a ping: 16 random hexadecimal digits, new at each call. */
  readonly newPing: () => string;
  /**
   * The members that this node was given.
   * @default []
   */
  readonly members?: readonly string[];
  /**
   * How often the members are told about the cluster, in milliseconds.
   * @default 20_000
   */
  readonly period?: number;
  /**
   * The version that is spoken. With 1 the node keeps to the original's ways: it learns only what
   * lists name, tells all that it knows, and forgets nobody.
   * @default 2
   */
  readonly protocol?: 1 | 2;
  /**
   * The address under which a peer can reach this node, where one is known.
   * @default the first of `self`
   */
  readonly ownAddress?: (peer: string) => string | undefined;
  /** What this node is called, for others to see. */
  readonly name?: string | undefined;
  /** The TCP port of this node. */
  readonly tcp?: number | undefined;
  /**
   * This node shares nothing and leaves soon.
   * @default false
   */
  readonly guest?: boolean;
  /**
   * The most members that are listed at a time. What is announced beyond is left out; a peer that is
   * heard takes the place of the oldest that was only announced, or, where it has proven version 2,
   * of the oldest of version 1.
   * @default 10_000
   */
  readonly maxMembers?: number;
  /**
   * The most quiet peers that are remembered; the first to become quiet is the first to go. Also the
   * most peers that were never heard; while there are as many, no more are taken
   * from gossip.
   * @default 10_000
   */
  readonly maxQuiet?: number;
  /**
   * The most new addresses that are taken from one peer within a period.
   * @default 1_000
   */
  readonly maxNewPerPeer?: number;
}

/** Options with every default filled in. */
export type Settings = Required<Omit<ClusterOptions, 'name' | 'tcp'>> &
  Pick<ClusterOptions, 'name' | 'tcp'>;

/** Fills in the defaults. */
export function resolveOptions(options: ClusterOptions): Settings {
  return {
    // Each by name: V8 gives every object that is spread into a longer one a shape of its own.
    id: options.id,
    newPing: options.newPing,
    name: options.name,
    tcp: options.tcp,
    self: [...options.self],
    members: [...(options.members ?? [])],
    period: options.period ?? 20_000,
    protocol: options.protocol ?? 2,
    ownAddress: options.ownAddress ?? (() => options.self[0]),
    guest: options.guest ?? false,
    maxMembers: options.maxMembers ?? 10_000,
    maxQuiet: options.maxQuiet ?? 10_000,
    maxNewPerPeer: options.maxNewPerPeer ?? 1000,
  };
}
