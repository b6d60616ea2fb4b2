// A message as the page shows it: a row of the sequence diagram.
import {
  dissectDatagram,
  dissectTransfer,
  type Dissection,
  type Kind,
  type Ties,
} from './fields.ts';

/** The fate of a message, as far as nodes have reported it. */
export type Fate =
  /** It left, and no node has reported its arrival. */
  | 'sent'
  | 'received'
  /** It arrived, and the link dropped it. */
  | 'lost'
  /** It arrived open at a sealed node, which dropped it. */
  | 'refused';

/** One message between two nodes: a row of the sequence diagram. */
export interface Row {
  readonly id: number;
  /** When it left or, if no node has reported that, arrived: in milliseconds since 1970 began. */
  at: number;
  readonly via: 'udp' | 'tcp' | 'note';
  /** The two ends, as `host:port`; for a note a node's name. */
  readonly from: string;
  readonly to: string;
  readonly kind: Kind | 'data' | 'connect' | 'note';
  /** Of TCP: the client's end of the connection, as `host:port`. */
  readonly connection?: string;
  /** What it was sealed by: a datagram by itself, or its whole connection by TLS. */
  readonly seal?: 'datagram' | 'tls';
  /**
   * The bytes that crossed the wire; of data only the first ones, once they have arrived; of a connection
   * that is sealed by TLS those inside it.
   */
  bytes?: Uint8Array;
  /** The message in a sealed datagram, if the page could open it. */
  readonly opened?: Uint8Array;
  /** How many bytes of data. */
  dataLength: number;
  readonly summary: string;
  fate: Fate;
  /** Whether it was seen on its way. */
  shown?: boolean;
  /** How long it was on its way, in milliseconds. */
  latency?: number;
  /** The values that relate it to other messages. */
  ties?: Ties;
  /** For a File: the Get that it answers, and how long after it the File left, in milliseconds. */
  answers?: Row;
  waited?: number;
}

/** The message of a row, field by field; `undefined` where it has no fields. */
export function dissectRow({ via, kind, bytes, opened }: Row): Dissection | undefined {
  if (!bytes || kind === 'data') return undefined;
  return via === 'udp'
    ? dissectDatagram(opened ?? bytes)
    : dissectTransfer(bytes, kind === 'request' ? 'in' : 'out');
}
