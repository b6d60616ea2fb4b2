// The messages between the demo and the process of a node.
/** The settings of a node of the demo. */
export interface NodeSettings {
  readonly folder: string;
  readonly members: readonly string[];
  /** With 0 the system chooses one. */
  readonly port: number;
  /** With 0 the system chooses one. */
  readonly tcpPort: number;
  readonly protocol: 1 | 2;
  /** The text of the cluster's key, if the node is sealed. */
  readonly key: string | undefined;
}

/** The rule for the link between a node and another. */
export interface LinkRule {
  /** The addresses of the other node, as `host:port`. */
  readonly udp: string;
  readonly tcp: string;
  readonly cut: boolean;
  /** The share of datagrams that get lost, 0 to 1. */
  readonly loss: number;
}

/** The rules for the links of a node. */
export interface LinkRules {
  readonly links: readonly LinkRule[];
  /** The rate of a connection in bytes per second; `undefined` if it has no limit. */
  readonly rate: number | undefined;
}

/** A message of the demo to the process of a node. */
export type ToNode =
  | { readonly type: 'start'; readonly settings: NodeSettings; readonly rules: LinkRules }
  | { readonly type: 'rules'; readonly rules: LinkRules }
  | { readonly type: 'get'; readonly id: number; readonly filename: string }
  | { readonly type: 'abort'; readonly id: number }
  | { readonly type: 'stop' };

/** An event at a node; `at` is in milliseconds since the start of 1970, with fractions. */
export type NodeNews =
  | {
      readonly type: 'datagram';
      readonly at: number;
      /**
       * `dropped`: it arrived, and the filter dropped it as a bad network would. `refused`: it is not
       * sealed, and the node did not take it, because the node is.
       */
      readonly fate: 'out' | 'in' | 'dropped' | 'refused';
      /** The addresses of this node and of the other. */
      readonly own: string;
      readonly peer: string;
      /** What crossed the wire: sealed, if the sender is. */
      readonly bytes: Uint8Array;
    }
  | {
      readonly type: 'transfer';
      readonly at: number;
      readonly direction: 'in' | 'out';
      readonly client: string;
      /** Whether the connection is sealed by TLS: bytes are those inside it. */
      readonly isSealed: boolean;
      readonly bytes?: Uint8Array | undefined;
      readonly dataLength?: number | undefined;
    }
  | {
      readonly type: 'connected';
      readonly at: number;
      /** The two ends of the connection, this node's first. */
      readonly local: string;
      readonly server: string;
      /** Whether this node seals it by TLS. */
      readonly isSealed: boolean;
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

/** A message of the process of a node to the demo. */
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
