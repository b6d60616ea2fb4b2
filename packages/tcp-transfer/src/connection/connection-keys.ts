// The pre-shared keys by which the connections of a sealed cluster are made, in TLS 1.3.

/** A key that both sides of a connection have. */
export interface ConnectionKey {
  /** The name of the key, which crosses the wire in the clear: printable ASCII. */
  readonly identity: string;
  /** 32 secret bytes. */
  readonly secret: Uint8Array;
}

/** The keys of a node. Both are asked for each connection, so that keys can be changed meanwhile. */
export interface ConnectionKeys {
  /** The key of connections that this node opens. */
  readonly first: ConnectionKey;
  /** The key with which a client says that it connects; `undefined` if this node does not have it. */
  find(identity: string): ConnectionKey | undefined;
}
