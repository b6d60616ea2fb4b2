/** How a node of the demo is started. */
export interface NodeSettings {
  readonly folder: string;
  readonly cluster: readonly string[];
  /** For 0 the system chooses one. */
  readonly port: number;
  /** For 0 the system chooses one. */
  readonly tcpPort: number;
  readonly protocol: 1 | 2;
}

/** What stands between a node and one other. */
export interface LinkRule {
  /** The other's addresses, as `host:port`. */
  readonly udp: string;
  readonly tcp: string;
  readonly cut: boolean;
  /** The share of datagrams that get lost, 0 to 1. */
  readonly loss: number;
}

/** What stands between a node and all others. */
export interface LinkRules {
  readonly links: readonly LinkRule[];
  /** How many bytes a connection carries in a second; `undefined` for all that it can. */
  readonly rate: number | undefined;
}

/** What the demo tells a node's process. */
export type ToNode =
  | { readonly type: 'start'; readonly settings: NodeSettings; readonly rules: LinkRules }
  | { readonly type: 'rules'; readonly rules: LinkRules }
  | { readonly type: 'get'; readonly id: number; readonly filename: string }
  | { readonly type: 'abort'; readonly id: number }
  | { readonly type: 'stop' };

/** What happened at a node; `at` is in milliseconds since 1970 began, fractions included. */
export type NodeNews =
  | {
      readonly type: 'datagram';
      readonly at: number;
      /** `dropped`: it arrived, and the link that stands for a bad network took it. */
      readonly fate: 'out' | 'in' | 'dropped';
      /** This node's address, and the other's. */
      readonly own: string;
      readonly peer: string;
      readonly bytes: Uint8Array;
    }
  | {
      readonly type: 'transfer';
      readonly at: number;
      readonly direction: 'in' | 'out';
      readonly client: string;
      readonly bytes?: Uint8Array | undefined;
      readonly dataLength?: number | undefined;
    }
  | {
      readonly type: 'connected';
      readonly at: number;
      /** This node's end of the connection, and the other. */
      readonly local: string;
      readonly server: string;
    }
  | {
      readonly type: 'dataHead';
      readonly at: number;
      /** This node's end of the connection. */
      readonly client: string;
      /** The first bytes of an answer's data, at most 256. */
      readonly bytes: Uint8Array;
    }
  | { readonly type: 'members'; readonly members: readonly string[] }
  | { readonly type: 'warning'; readonly at: number; readonly message: string };

/** What a node's process tells the demo. */
export type FromNode =
  | NodeNews
  | { readonly type: 'started'; readonly udp: string; readonly tcp: string }
  | { readonly type: 'failed'; readonly message: string }
  | {
      readonly type: 'progress';
      readonly id: number;
      readonly received: number;
      readonly size: number;
    }
  | { readonly type: 'got'; readonly id: number; readonly path: string; readonly size: number }
  | { readonly type: 'gotNothing'; readonly id: number; readonly message: string };
