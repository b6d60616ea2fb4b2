// The options of a cluster: what they mean, their defaults, and the checks that they must pass.
import { hostOf, normalLocalPeerAddress, ProtocolError, visibleText } from '@peerlane/protocol';

/** The options of a {@link Cluster}. Addresses are `host:port` in their normal form. */
export interface ClusterOptions {
  /** The addresses of this node itself, by which it is never a member. */
  readonly self: readonly string[];
  /**
   * The hosts of this machine, at which one node may be known by several addresses.
   * @default those of `self`
   */
  readonly ownHosts?: readonly string[];
  /** A random name for this run of the node: 16 hexadecimal digits. */
  readonly id: string;
  /** Makes a ping: 16 random hexadecimal digits, new at each call. */
  readonly newPing: () => string;
  /**
   * The configured members, which are never forgotten.
   * @default []
   */
  readonly members?: readonly string[];
  /**
   * The time between two DISCOVERs to each member, in milliseconds.
   * @default 20_000
   */
  readonly period?: number;
  /**
   * The version that is spoken. With 1 the node behaves as the original does: it learns only what
   * lists name, sends all that it knows, and forgets nobody.
   * @default 2
   */
  readonly protocol?: 1 | 2;
  /**
   * The lowest version that a peer may speak. With 2 no peer is waited for as long as version 1 needs to
   * answer.
   * @default 1
   */
  readonly lowestProtocol?: 1 | 2;
  /**
   * How many bytes longer each datagram is on the wire than its message, at most 256. They count wherever
   * bytes count.
   * @default 0
   */
  readonly overhead?: number;
  /**
   * The address under which a peer can reach this node, where one is known.
   * @default the first of `self`
   */
  readonly ownAddress?: ((peer: string) => string | undefined) | undefined;
  /** The name of this node, for others to see. */
  readonly name?: string | undefined;
  /** The TCP port on which this node serves its files. */
  readonly tcpPort?: number | undefined;
  /**
   * Whether this node shares nothing and leaves soon.
   * @default false
   */
  readonly guest?: boolean;
  /**
   * The most members that are listed at a time. Addresses announced beyond that are left out; a peer
   * that is heard replaces the oldest that was only announced, and one that has proven version 2 also
   * the oldest of version 1.
   * @default 10_000
   */
  readonly maxMembers?: number;
  /**
   * The most peers that are remembered after they fell silent and left the list; the one that has been
   * silent longest is forgotten first. As many peers that were never heard are remembered besides; beyond
   * them gossip adds a peer only if an old one that never answered may be forgotten for it.
   * @default 10_000
   */
  readonly maxQuiet?: number;
  /**
   * The most new addresses that are accepted from one peer within a period.
   * @default 1_000
   */
  readonly maxNewPerPeer?: number;
}

/** Options with every default filled in. */
export type Settings = Required<Omit<ClusterOptions, 'name' | 'tcpPort' | 'ownAddress'>> &
  Pick<ClusterOptions, 'name' | 'tcpPort'> & {
    readonly ownAddress: (peer: string) => string | undefined;
  };

/** The most bytes of overhead: beside them a list must have room for the longest name of a node. */
const maxOverhead = 256;

/**
 * Checks the options and fills in the defaults.
 *
 * @throws TypeError, RangeError, or ProtocolError `bad-address` for an address that is not in its
 * normal form
 */
export function resolveOptions(options: ClusterOptions): Settings {
  const settings: Settings = {
    // Each by name: V8 gives every object that is spread into a longer one a shape of its own.
    id: options.id,
    newPing: options.newPing,
    name: options.name,
    tcpPort: options.tcpPort,
    self: copyOfAddresses('self', options.self),
    ownHosts: [...(options.ownHosts ?? options.self.map(hostOf))],
    members: copyOfAddresses('members', options.members ?? []),
    period: options.period ?? 20_000,
    protocol: options.protocol ?? 2,
    lowestProtocol: options.lowestProtocol ?? 1,
    overhead: options.overhead ?? 0,
    ownAddress: options.ownAddress ?? (() => options.self[0]),
    guest: options.guest ?? false,
    maxMembers: options.maxMembers ?? 10_000,
    maxQuiet: options.maxQuiet ?? 10_000,
    maxNewPerPeer: options.maxNewPerPeer ?? 1000,
  };
  const { newPing, ownAddress, guest, protocol, period, lowestProtocol, overhead } = settings;
  for (const [key, value] of Object.entries({ newPing, ownAddress }))
    if (typeof value !== 'function') throw new TypeError(fault(key, 'a function', value));
  if (typeof guest !== 'boolean') throw new TypeError(fault('guest', 'a boolean', guest));
  if (![1, 2].includes(protocol)) throw new TypeError(fault('protocol', '1 or 2', protocol));
  if (!(period > 0 && period <= Number.MAX_SAFE_INTEGER))
    throw new RangeError(fault('period', 'a number of milliseconds above 0', period));
  if (![1, 2].includes(lowestProtocol))
    throw new TypeError(fault('lowestProtocol', '1 or 2', lowestProtocol));
  if (!Number.isSafeInteger(overhead) || overhead < 0 || overhead > maxOverhead)
    throw new RangeError(fault('overhead', `an integer from 0 to ${maxOverhead}`, overhead));
  for (const key of ['maxMembers', 'maxQuiet', 'maxNewPerPeer'] as const)
    if (!Number.isSafeInteger(settings[key]) || settings[key] < 1)
      throw new RangeError(fault(key, 'an integer above 0', settings[key]));
  return settings;
}

function copyOfAddresses(key: string, addresses: readonly string[]): readonly string[] {
  if (!Array.isArray(addresses))
    throw new TypeError(fault(key, 'an array of addresses such as "127.0.0.1:1378"', addresses));
  return addresses.map((address: unknown) => {
    const normal = typeof address === 'string' ? normalLocalPeerAddress(address) : undefined;
    if (normal === undefined || normal !== address)
      throw new ProtocolError(
        'bad-address',
        fault(key, `an address in its normal form, such as ${normal ?? '127.0.0.1:1378'}`, address),
      );
    return normal;
  });
}

function fault(key: string, expected: string, value: unknown): string {
  const got = typeof value === 'string' ? `"${visibleText(value)}"` : String(value);
  return `${key}: expected ${expected}, got ${got}`;
}
