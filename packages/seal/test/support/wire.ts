// A pair of streams in memory, between which a test can read, split, change and cut the bytes.
import { Duplex } from 'node:stream';

/** The two ends of a wire: the newcomer's, and the inviter's. */
export type Side = 'newcomer' | 'inviter';

export interface Wire {
  readonly newcomer: Duplex;
  readonly inviter: Duplex;
  /** All bytes that a side has sent. */
  sent(side: Side): Buffer;
}

export interface WireOptions {
  /** What arrives in place of what a side has sent at once; `null` cuts the wire. */
  readonly carry?: (from: Side, bytes: Buffer) => readonly (Uint8Array | null)[];
}

/** A wire that ends on one side when the other one ends or is destroyed, as a connection does. */
export function wire({ carry = (_, bytes) => [bytes] }: WireOptions = {}): Wire {
  const sent: Record<Side, Buffer[]> = { newcomer: [], inviter: [] };
  const ends = {} as Record<Side, Duplex>;
  const create = (side: Side, other: Side): Duplex => {
    const finish = (): void => {
      if (!ends[other].destroyed) ends[other].push(null);
    };
    return new Duplex({
      read() {
        return undefined;
      },
      write(chunk: Buffer, _, callback) {
        sent[side].push(chunk);
        for (const part of carry(side, chunk)) {
          if (part === null) {
            ends.newcomer.destroy();
            ends.inviter.destroy();
          } else if (!ends[other].destroyed) {
            ends[other].push(part);
          }
        }
        callback();
      },
      final(callback) {
        finish();
        callback();
      },
      destroy(error, callback) {
        finish();
        callback(error);
      },
    });
  };
  ends.newcomer = create('newcomer', 'inviter');
  ends.inviter = create('inviter', 'newcomer');
  return { ...ends, sent: (side) => Buffer.concat(sent[side]) };
}
