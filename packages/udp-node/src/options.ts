import type { Allow } from './sending/allow.ts';
import type { Clock } from './system/clock.ts';
import type { HasFile } from './answers/file-info.ts';
import type { LanSocket } from './lan/lan-socket.ts';
import type { Lookup } from './sending/name-lookup.ts';
import type { RandomBits } from './system/random.ts';
import type { Rate } from './limits/token-bucket.ts';
import type { DatagramTransport } from './transport/transport.ts';

/** How a node is started. Times are in milliseconds. */
export interface UdpNodeOptions {
  /**
   * The IP address to bind, or a name that resolves to it; the node is known by this name.
   * @default '127.0.0.1'
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
  /** The TCP port from which this node serves its files. */
  readonly tcpPort: number;
  /**
   * Whether this node has a file of that name. It is asked for every request, without the path that
   * was asked for.
   */
  readonly hasFile: HasFile;
  /**
   * How often the cluster is told who is in it.
   * @default 20_000
   */
  readonly period?: number;
  /**
   * The version that is spoken: with 1 the node speaks and waits exactly as the original does.
   * @default 2
   */
  readonly protocol?: 1 | 2;
  /** What the node is called, for others to see: 1 to 64 characters. */
  readonly name?: string | undefined;
  /**
   * The node shares nothing and leaves soon.
   * @default false
   */
  readonly guest?: boolean;
  /**
   * Whether the node announces itself on the local network and joins whom it hears there.
   * @default true where `lan` is given; without it, true where `members` is empty, `protocol` is 2
   * and no `transport` is given
   */
  readonly discovery?: boolean;
  /** @default a multicast socket on port 13780, on the interfaces to which the node is bound */
  readonly lan?: LanSocket;
  /**
   * Where datagrams may go; to no multicast, broadcast or unspecified address, whatever it says.
   * @default loopback, private, link-local and shared networks
   */
  readonly allow?: Allow;
  /**
   * How many datagrams are taken from one sender; twice as many from all those together that are
   * neither given nor have proven that they are there.
   * @default 1000 a second, 2000 at once
   */
  readonly rate?: Rate;
  /** @default a UDP socket bound to `host` and `port` */
  readonly transport?: DatagramTransport;
  /** @default the time of this machine */
  readonly clock?: Clock;
  /** @default the randomness of this machine */
  readonly random?: RandomBits;
  /** @default the system's resolver */
  readonly lookup?: Lookup;
}
