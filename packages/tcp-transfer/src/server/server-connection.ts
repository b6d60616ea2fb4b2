// What a file server knows of one of its connections.
import type { Duplex } from 'node:stream';
import type { Timer } from '../clock.ts';
import type { ReaderSpeed } from '../limits/reader-speed.ts';

/** A connection of a file server. */
export interface ServerConnection {
  readonly stream: Duplex;
  readonly client: string;
  /** The IP address of the client, with its zone on this machine. */
  readonly host: string;
  /** What the bounds of one machine count it for. */
  readonly machine: string;
  readonly speed: ReaderSpeed;
  /** Whether it is served; else it waits. */
  admitted: boolean;
  /** Whether a request of it is being answered. */
  busy: boolean;
  linger?: Timer;
}
