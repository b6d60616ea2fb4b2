// The options of a node: what they mean, their defaults, and the checks that they must pass.
import {
  encodeMessage,
  formatPeerAddress,
  parsePeerAddress,
  ProtocolError,
  visibleText,
} from '@peerlane/protocol';
import type { HasFile } from './answers/file-info.ts';
import type { LanSocket } from './lan/lan-socket.ts';
import type { Rate } from './limits/token-bucket.ts';
import { allowNetworks, type Allow } from './limits/allow.ts';
import type { Lookup } from './sending/name-lookup.ts';
import { checkNumber, checkPort, checkTime, checkType } from './system/checks.ts';
import { systemClock, type Clock } from './system/clock.ts';
import { systemRandom, type RandomBits } from './system/random.ts';
import { systemLookup } from './system/system-lookup.ts';
import { checkSeal, type DatagramSeal } from './transport/datagram-seal.ts';
import type { DatagramTransport } from './transport/transport.ts';

/** How a node is started. Times are in milliseconds. */
export interface UdpNodeOptions {
  /**
   * The IP address to bind, or a name that resolves to it; the node is known by this name.
   * @default that of `transport`, or else '127.0.0.1'
   */
  readonly host?: string;
  /**
   * The UDP port; for 0 the system chooses one.
   * @default 1378
   */
  readonly port?: number;
  /**
   * The members that are known from the start, as `host:port`.
   * @default []
   */
  readonly members?: readonly string[];
  /** The TCP port on which this node serves its files. */
  readonly tcpPort: number;
  /**
   * Whether this node has a file of that name. It is called for every request, with the filename that
   * was asked for, without its path.
   */
  readonly hasFile: HasFile;
  /**
   * Whether this node has a folder of that name, which is a path or its last part. It is called for every
   * request for a folder.
   * @default none
   */
  readonly hasFolder?: HasFile;
  /**
   * The time between two DISCOVERs to each member, at least 100.
   * @default 20_000
   */
  readonly period?: number;
  /**
   * The version that is spoken: with 1 the node speaks and waits exactly as the original does.
   * @default 2
   */
  readonly protocol?: 1 | 2;
  /** The name of the node, for others to see: 1 to 64 characters. */
  readonly name?: string | undefined;
  /**
   * Whether the node shares nothing and leaves soon.
   * @default false
   */
  readonly guest?: boolean;
  /**
   * Whether the node announces itself on the local network and joins the nodes that it hears there.
   * @default true with `lan`; without it, true if `members` is empty, `protocol` is 2 and there is no
   * `transport`
   */
  readonly discovery?: boolean;
  /** @default a multicast socket on port 13780, on the interfaces to which the node is bound */
  readonly lan?: LanSocket;
  /**
   * The networks that datagrams may go to and come from. Multicast, broadcast and unspecified addresses
   * are refused in any case.
   * @default loopback, private, link-local and shared networks
   */
  readonly allow?: Allow;
  /**
   * The most datagrams that are received from one sender. The bound for all senders together that are
   * neither configured nor proven is twice that.
   * @default 1000 a second, 2000 at once
   */
  readonly rate?: Rate;
  /**
   * Whether a node on a loopback address asks members on the network too, once it is told of them: from a
   * port of its own, which it opens for that, and without being announced there.
   * @default false
   */
  readonly outward?: boolean;
  /**
   * Seals the node's datagrams, those to the local network too. What does not open is dropped. A sealed
   * node speaks version 2 alone.
   * @default none: the cluster is open
   */
  readonly seal?: DatagramSeal | undefined;
  /** @default a UDP socket bound to `host` and `port` */
  readonly transport?: DatagramTransport;
  /** @default the time of this machine */
  readonly clock?: Clock;
  /** @default the randomness of this machine */
  readonly random?: RandomBits;
  /** @default the system's resolver */
  readonly lookup?: Lookup;
}

/** Options that are checked, in their normal form, with every default filled in. */
export interface Settings {
  /** The host by which the node is known: an IP address or a name. */
  readonly host: string;
  readonly port: number;
  /** Addresses in their normal form. */
  readonly members: readonly string[];
  readonly tcpPort: number;
  readonly hasFile: HasFile;
  readonly hasFolder: HasFile;
  readonly period: number;
  readonly protocol: 1 | 2;
  readonly name: string | undefined;
  readonly guest: boolean;
  readonly discovery: boolean;
  /** Whether discovery was asked for, so that its failure is worth a warning. */
  readonly isDiscoveryWanted: boolean;
  readonly lan: LanSocket | undefined;
  readonly allow: Allow;
  readonly rate: Rate;
  readonly outward: boolean;
  readonly seal: DatagramSeal | undefined;
  /** How many bytes longer a datagram is on the wire than its message. */
  readonly overhead: number;
  /** The lowest version that others may speak: 2 in a sealed cluster. */
  readonly lowestProtocol: 1 | 2;
  readonly transport: DatagramTransport | undefined;
  readonly clock: Clock;
  readonly random: RandomBits;
  /** Finds the IP address of a host that a node bound to `bound` can reach. */
  readonly lookup: (host: string, bound: string) => Promise<string>;
}

/** The shortest period, in milliseconds: a shorter one floods every member with DISCOVERs. */
const minPeriod = 100;

/** The longest period that a DISCOVER can announce, in milliseconds. */
const maxPeriod = Number.MAX_SAFE_INTEGER;

/**
 * Checks the options and fills in the defaults. Nothing is bound yet.
 *
 * @throws TypeError or RangeError that names the option; ProtocolError `bad-address` for a member or
 * a host that is no address, and `not-encodable` for a name that no DISCOVER may carry
 */
export function resolveOptions(options: UdpNodeOptions): Settings {
  const { members = [], protocol = 2, period = 20_000, port = 1378, tcpPort, hasFile } = options;
  const { host, name, guest = false, lan, transport, clock = systemClock } = options;
  const { outward = false, seal, hasFolder = () => false } = options;
  const { allow = allowNetworks(), random = systemRandom } = options;
  const { lookup = (host: string, bound: string) => systemLookup(host, bound) } = options;
  const { rate = { perSecond: 1000, burst: 2000 } } = options;
  const isAlone = members.length === 0 && protocol === 2 && transport === undefined;
  const { discovery = isAlone || lan !== undefined } = options;

  for (const [key, value] of Object.entries({ hasFile, hasFolder, allow, random, lookup }))
    checkType(key, value, typeof value === 'function', 'a function');
  for (const [key, value] of Object.entries({ guest, discovery, outward }))
    checkType(key, value, typeof value === 'boolean', 'a boolean');
  checkType('protocol', protocol, [1, 2].includes(protocol), '1 or 2');
  if (seal !== undefined) checkSeal(seal, protocol);
  checkType('members', members, isTexts(members), 'an array of texts such as "127.0.0.1:1378"');
  checkPort('port', port, 0);
  checkPort('tcpPort', tcpPort, 1);
  checkTime('period', period, minPeriod, maxPeriod);
  checkNumber('rate.perSecond', rate.perSecond, 0, Infinity);
  checkNumber('rate.burst', rate.burst, 1, Infinity);
  if (host !== undefined) checkHost(host);
  if (name !== undefined) checkName(name);
  return {
    ...{ port, tcpPort, hasFile, period, protocol, name, guest, discovery, lan, allow, rate },
    ...{ hasFolder, outward, seal, transport, clock, random, lookup },
    overhead: seal?.overhead ?? 0,
    lowestProtocol: seal ? 2 : 1,
    members: members.map((member) => formatPeerAddress(parsePeerAddress(member))),
    isDiscoveryWanted: options.discovery === true || lan !== undefined,
    host: host ?? transport?.address.host ?? '127.0.0.1',
  };
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function checkHost(host: unknown): void {
  checkType('host', host, typeof host === 'string', 'a text');
  try {
    formatPeerAddress({ host: host as string, port: 1 });
  } catch (cause) {
    const got = visibleText(host as string);
    throw new ProtocolError(
      'bad-address',
      `host: expected an IP address or a name, such as 127.0.0.1, got "${got}"`,
      { cause },
    );
  }
}

function checkName(name: string): void {
  encodeMessage({
    type: 'discover',
    addresses: [],
    extension: { v: 2, id: '0'.repeat(16), name },
  });
}
