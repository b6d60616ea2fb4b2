// Lends the memory that packs are read into, so that all packs together use bounded memory.
import { maxPackBytes } from '@peerlane/protocol';
import type { Clock } from '../clock.ts';

/** How much memory all packs together get, in bytes. When it is lent out, each further pack is small. */
const totalMemory = 32 * 1024 * 1024;

/** How much of it the packs for one machine get, in bytes, before each further one is small. */
const memoryPerMachine = totalMemory / 2;

/** The least that a pack gets for its files, in bytes. */
const smallest = 128 * 1024;

/** If a pack gets less, in bytes, the memory is short: a client that keeps some for long has to go. */
const short = 1024 * 1024;

/** A client that reads a pack this fast is not closed for another, in bytes per second. */
const slowRate = 256 * 1024;

/** And none before it had this time for a pack, in milliseconds. */
const turnTime = 10_000;

/** What the lines ahead of the files take at most, in bytes: a request cannot name 1,700 of them. */
const linesLength = 32 * 1024;

/** How many buffers of the largest size are kept for the next packs. */
const maxSpare = 2;

/** Memory for one pack. */
export interface PackMemory {
  /** Shared among threads. */
  readonly memory: Uint8Array;
  /** How many bytes of it are for files; the rest is for the lines ahead of them. */
  readonly room: number;
  /** Says how many bytes are used after all, which are sent from now on: others may have the rest. */
  used(bytes: number): void;
}

/** The client that a pack is for. */
export interface PackClient {
  /** The machine that it counts for. */
  readonly machine: unknown;
  readonly clock: Clock;
  /** Closes its connection, as others need the memory that it keeps. */
  readonly close: () => void;
}

interface Loan {
  readonly client: PackClient;
  bytes: number;
  /** Since when only the client is waited for, in milliseconds. */
  sendingSince: number | undefined;
}

/** The memory for packs of a server. */
export class PackBuffers {
  readonly #spare: Uint8Array[] = [];
  readonly #loans = new Set<Loan>();

  /** Lends memory for 4 MiB of files while `use` runs, and for less when many packs are on their way. */
  async lend(client: PackClient, use: (memory: PackMemory) => Promise<void>): Promise<void> {
    const room = this.#roomFor(client);
    if (room < short) this.#closeSlowest(client.clock.now());
    const spare = room === maxPackBytes ? this.#spare.pop() : undefined;
    const memory = spare ?? new Uint8Array(new SharedArrayBuffer(room + linesLength));
    const loan: Loan = { client, bytes: room, sendingSince: undefined };
    this.#loans.add(loan);
    const used = (bytes: number): void => {
      loan.bytes = bytes;
      loan.sendingSince = client.clock.now();
    };
    try {
      await use({ memory, room, used });
      // Not after a failure: the connection may still hold the buffer then.
      if (room === maxPackBytes && this.#spare.length < maxSpare) this.#spare.push(memory);
    } finally {
      this.#loans.delete(loan);
    }
  }

  #roomFor({ machine }: PackClient): number {
    let [left, leftForMachine] = [totalMemory, memoryPerMachine];
    for (const { bytes, client } of this.#loans) {
      left -= bytes;
      if (client.machine === machine) leftForMachine -= bytes;
    }
    const room = Math.min(maxPackBytes, Math.floor(left / 4), leftForMachine);
    return Math.max(smallest, room);
  }

  /** Closes the client that has read its pack for longest, if it is a slow one. */
  #closeSlowest(now: number): void {
    let slowest: Loan | undefined;
    for (const loan of this.#loans) {
      const { sendingSince = Infinity, bytes } = loan;
      const enough = Math.max(turnTime, (bytes / slowRate) * 1000);
      if (now - sendingSince < enough) continue;
      if (sendingSince < (slowest?.sendingSince ?? Infinity)) slowest = loan;
    }
    slowest?.client.close();
  }
}
