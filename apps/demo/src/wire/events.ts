// The events that the demo sends to the page.
/** An event for the page, in the order in which the demo learned of it. Bytes are base64. */
export type DemoEvent = StateEvent | WireEvent;

/** A state: each event replaces the one before of the same thing. */
export type StateEvent =
  | { readonly type: 'snapshot'; readonly state: DemoState }
  | { readonly type: 'node'; readonly node: NodeState }
  | { readonly type: 'link'; readonly link: LinkState }
  | { readonly type: 'rate'; readonly rate: number | undefined }
  | { readonly type: 'download'; readonly download: DownloadState };

/** Everything, for a page that has just been opened. */
export interface DemoState {
  readonly nodes: readonly NodeState[];
  readonly links: readonly LinkState[];
  /** Bytes in a second that one connection carries; without it, as many as there are. */
  readonly rate?: number | undefined;
  readonly downloads: readonly DownloadState[];
  /** The text of the key with which the nodes of this demo are sealed. */
  readonly key: string;
}

/** A node. */
export interface NodeState {
  readonly name: string;
  /** The addresses at which it listens, as `host:port`; empty until it does. */
  readonly udp: string;
  readonly tcp: string;
  readonly protocol: 1 | 2;
  /** Whether it is in the sealed cluster. */
  readonly isSealed: boolean;
  readonly life: 'starting' | 'running' | 'killed' | 'failed';
  /** The members that it lists, as `host:port`. */
  readonly members: readonly string[];
  readonly files: readonly { readonly name: string; readonly size: number }[];
}

/** The link between two nodes. */
export interface LinkState {
  /** Two names, in their order. */
  readonly between: readonly [string, string];
  readonly cut: boolean;
  /** The share of datagrams that get lost, 0 to 1. */
  readonly loss: number;
}

/** A `get`. */
export interface DownloadState {
  readonly id: number;
  readonly node: string;
  readonly filename: string;
  /** In bytes; the size is 0 until it is known. */
  readonly received: number;
  readonly size: number;
  /** When it began, in milliseconds since 1970 began. */
  readonly since: number;
  readonly phase: 'searching' | 'receiving' | 'done' | 'failed';
  /** The result in words, or the reason of a failure. */
  readonly message?: string | undefined;
}

/** Bytes that crossed a socket, as a node reported them. `at` is in milliseconds since 1970 began. */
export type WireEvent = { readonly seq: number; readonly at: number; readonly node: string } & (
  | {
      readonly type: 'datagram';
      readonly fate: 'out' | 'in' | 'dropped' | 'refused';
      readonly own: string;
      readonly peer: string;
      readonly bytes: string;
      /** The message in a sealed datagram, once the page has opened it. */
      readonly opened?: string;
    }
  | {
      readonly type: 'transfer';
      readonly direction: 'in' | 'out';
      readonly client: string;
      readonly isSealed: boolean;
      readonly bytes?: string | undefined;
      readonly dataLength?: number | undefined;
    }
  /** The first bytes of an answer's data, as its client received them; at most 256. */
  | { readonly type: 'dataHead'; readonly client: string; readonly bytes: string }
  | {
      readonly type: 'connected';
      readonly local: string;
      readonly server: string;
      readonly isSealed: boolean;
    }
  | { readonly type: 'warning'; readonly message: string }
);
