// The options of a node, and its events.
import type {
  Connect,
  FileServerEvents,
  NameClash,
  TransferWireEvent,
} from '@peerlane/tcp-transfer';
import type { Keyring } from '@peerlane/seal';
import type { DatagramTransport, UdpNodeEvents, Warning } from '@peerlane/udp-node';
import type { ReceiveEvents, ReceiveOptions } from '../sends/incoming.ts';

/** The options of a node. Times are in milliseconds. */
export interface NodeOptions {
  /**
   * The folder that is shared and downloaded into.
   * @default nothing is shared, unless `files` says so; downloads go into the working folder
   */
  readonly folder?: string | undefined;
  /**
   * The paths of the only files that are shared, and of folders that are shared as a whole, in the place of
   * a `folder`.
   * @default none
   */
  readonly files?: readonly string[] | undefined;
  /**
   * The folder of this user in which digests of shared files survive a restart; it is made when it is
   * needed. If it cannot be used, there is one `warning`.
   * @default none: digests are kept in memory alone
   */
  readonly cacheFolder?: string | undefined;
  /**
   * The name of the node, which others see: 1 to 64 characters.
   * @default no name
   */
  readonly name?: string | undefined;
  /**
   * Whether the node shares nothing and leaves soon, so that others do not list it.
   * @default false
   */
  readonly guest?: boolean;
  /** @default '127.0.0.1' */
  readonly host?: string;
  /**
   * The UDP port; for 0 the system chooses one.
   * @default 1378
   */
  readonly port?: number;
  /**
   * The TCP port; for 0 the system chooses one.
   * @default 0
   */
  readonly tcpPort?: number;
  /**
   * The time between two discovery broadcasts.
   * @default 20_000
   */
  readonly period?: number;
  /**
   * How long a request for a file waits for offers.
   * @default 100_000
   */
  readonly timeout?: number;
  /**
   * The members known from the start, as `host:port`.
   * @default []
   */
  readonly members?: readonly string[];
  /**
   * Whether the node looks for others on the local network.
   * @default true if `members` is empty and `protocol` is 2
   */
  readonly discovery?: boolean | undefined;
  /**
   * Whether nodes of version 2 can list the files that are shared, with their sizes.
   * @default true
   */
  readonly catalog?: boolean;
  /**
   * The version of the protocol; 1 is exactly the original's.
   * @default 2
   */
  readonly protocol?: 1 | 2;
  /**
   * The keys of a sealed cluster, in which nobody else can read or ask. They can be replaced while the node
   * runs. A sealed node speaks version 2 alone.
   * @default none: an open cluster
   */
  readonly keyring?: Keyring | undefined;
  /**
   * How many bytes per second are sent to all others together, a number greater than 0.
   * @default no limit
   */
  readonly limitUpload?: number | undefined;
  /**
   * Networks besides the local ones that datagrams and connections may go to, as `203.0.113.0/24`.
   * @default []
   */
  readonly allow?: readonly string[];
  /**
   * Whether a node on a loopback address asks members on the network too, once it is told of them. It is
   * not announced there, and its file server stays on the loopback address.
   * @default false
   */
  readonly outward?: boolean;
  /**
   * Sends and receives datagrams.
   * @default a UDP socket bound to `host` and `port`
   */
  readonly transport?: DatagramTransport;
  /**
   * Opens connections to the file servers of others. A node serves those of others by `accept`.
   * @default by TCP
   */
  readonly connect?: Connect;
  /**
   * How the node receives what it is sent.
   * @default it takes no sends
   */
  readonly receive?: ReceiveOptions | undefined;
}

/** The events of a node: those of its UDP and of its TCP side. */
export interface NodeEvents
  extends
    Omit<UdpNodeEvents, 'warning'>,
    Omit<FileServerEvents, 'warning' | 'wire'>,
    ReceiveEvents {
  /** Something crossed a connection to this node's file server. */
  transferWire: [event: TransferWireEvent];
  /** A peer has other content under the name of a file or folder that is downloaded. It is not asked for it. */
  otherContent: [
    other: {
      readonly filename: string;
      readonly peer: string;
      /** 64 hexadecimal digits. */
      readonly root: string;
      /** In bytes. */
      readonly size: number;
      /** Of a folder the peer whose content is downloaded, if that is known: its list was the first. */
      readonly from?: string;
    },
  ];
  /** A further file has a name that another file has: only the first by path order is shared. */
  clash: [clash: NameClash];
  /** A fault that the node survives. The message is safe to print. `about` says more of one of its UDP side. */
  warning: [message: string, about?: Warning];
}
