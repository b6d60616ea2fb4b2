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
  | 'lost';

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
  /** The bytes; of data only the first ones, once they have arrived. */
  bytes?: Uint8Array;
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

/** The bytes of a row, field by field; `undefined` where they have no fields. */
export function dissectRow({ via, kind, bytes }: Row): Dissection | undefined {
  if (!bytes || kind === 'data') return undefined;
  return via === 'udp'
    ? dissectDatagram(bytes)
    : dissectTransfer(bytes, kind === 'request' ? 'in' : 'out');
}
