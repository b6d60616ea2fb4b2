// Writing to a client: slow clients are cut off, and slices are of a good size.
import { once } from 'node:events';
import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { StreamWriter } from '../../src/connection/stream-writer.ts';
import { resolvePace } from '../../src/connection/pace.ts';
import { unacknowledged, unacknowledgedIn } from '../../src/connection/socket.ts';
import { Watchdog } from '../../src/connection/watchdog.ts';
import { ManualClock } from '../support/manual-clock.ts';

/** A connection with a buffer of the system's, which is emptied at a rate. */
class BufferedConnection extends Duplex {
  held = 0;
  taken = 0;
  /** Bytes that do not fit yet, and what is told when they do. */
  #waiting: { left: number; done: () => void } | undefined;
  readonly #capacity: number;
  /** So much must be free before a full buffer takes anything. */
  readonly #lowWater: number;

  constructor(capacity: number, lowWater: number) {
    super({ read: () => undefined });
    this.#capacity = capacity;
    this.#lowWater = lowWater;
  }

  override _write(bytes: Uint8Array, _encoding: unknown, done: () => void): void {
    this.#waiting = { left: bytes.length, done };
    this.#fill();
  }

  /** The client takes bytes. */
  drain(bytes: number): void {
    const taken = Math.min(bytes, this.held);
    this.held -= taken;
    this.taken += taken;
    if (this.#capacity - this.held >= this.#lowWater) this.#fill();
  }

  #fill(): void {
    if (!this.#waiting) return;
    const { left, done } = this.#waiting;
    const room = Math.min(left, this.#capacity - this.held);
    this.held += room;
    this.#waiting.left -= room;
    if (this.#waiting.left > 0) return;
    this.#waiting = undefined;
    done();
  }
}

/** How a client takes a file: bytes per second, by the bytes that it has. */
type Rate = (taken: number) => number;

interface System {
  readonly lowWater: number;
  /** Whether the system tells what it holds. */
  readonly tells: boolean;
}

const capacity = 4 * 1024 * 1024;
const linux: System = { lowWater: capacity / 3, tells: true };
const other: System = { lowWater: 1, tells: false };

/** Sends a file to a client, for some seconds or until it is through; says why it was cut off. */
async function send(size: number, rate: Rate, system: System, seconds: number): Promise<string> {
  const clock = new ManualClock();
  const connection = new BufferedConnection(capacity, system.lowWater);
  let end = 'still served';
  const watchdog = new Watchdog(resolvePace({}), clock, (error) => {
    end = `${error.message}, after ${Math.round(clock.now() / 1000)} s`;
    connection.destroy();
  });
  const outgoing = new StreamWriter(connection, watchdog, clock, () =>
    system.tells ? connection.held : undefined,
  );
  const piece = Buffer.alloc(1024 * 1024);
  const sending = (async () => {
    for (let sent = 0; sent < size; sent += piece.length) await outgoing.write(piece);
    end = 'sent';
  })().catch(() => undefined);
  while (end === 'still served' && clock.now() < seconds * 1000) {
    clock.advance(100);
    connection.drain(rate(connection.taken) / 10);
    // What was taken is told, and further slices are written, before time goes on.
    for (let held = -1; held !== connection.held;) {
      held = connection.held;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  watchdog.stop();
  connection.destroy();
  await sending;
  return end;
}

const mebibyte = 1024 * 1024;

describe.each([
  ['a system that accepts nothing until a third of its buffer is free', linux],
  ['a system that accepts what fits', other],
])('on %s, a client', (_what, system) => {
  it.each([1100, 5000, 20_000, 40_000, 100_000])(
    'A client of %i bytes a second is served',
    async (rate) => {
      expect(await send(100 * mebibyte, () => rate, system, 600)).toBe('still served');
    },
  );

  it.each([10_000, 50_000])(
    'A client that is fast, then of %i bytes a second, is served',
    async (rate) => {
      const slowsDown: Rate = (taken) => (taken < 50 * mebibyte ? 100 * mebibyte : rate);
      expect(await send(200 * mebibyte, slowsDown, system, 600)).toBe('still served');
    },
  );

  it('A client that is fast and falls silent is cut off', async () => {
    const falls: Rate = (taken) => (taken < 50 * mebibyte ? 100 * mebibyte : 0);
    expect(await send(200 * mebibyte, falls, system, 600)).toMatch(/^nothing moved for 30 s/);
  });

  it('A client that never accepts a byte is cut off after 30 s', async () => {
    expect(await send(mebibyte * 100, () => 0, system, 600)).toMatch('30 s, after 30 s');
  });

  it('A client of 900 bytes a second is cut off', async () => {
    expect(await send(mebibyte * 100, () => 900, system, 600)).toMatch(/^less than 1\.0 kB/);
  });
});

describe('what a connection is handed', () => {
  /** The slices that a stream gets while some bytes are sent, each after a time in milliseconds. */
  async function slices(bytes: number, time: (at: number) => number): Promise<Buffer[]> {
    const clock = new ManualClock();
    const got: Buffer[] = [];
    let at = 0;
    const stream = new Duplex({
      read: () => undefined,
      write: (slice: Buffer, _encoding, done) => {
        got.push(slice);
        clock.advance(time(at));
        at += slice.length;
        done();
      },
    });
    const dog = new Watchdog(resolvePace({}), clock, () => undefined);
    await new StreamWriter(stream, dog, clock).write(Buffer.alloc(bytes));
    dog.stop();
    return got;
  }

  it('Slices are small until more is gone than a system buffers, and after each wait', async () => {
    const waits = (at: number): number => (at === 18 * mebibyte ? 1000 : 0);
    const lengths = (await slices(20 * mebibyte, waits)).map(({ length }) => length);
    expect(lengths.slice(0, 1024)).toEqual(Array<number>(1024).fill(16 * 1024));
    expect(lengths.slice(1024, 1033)).toEqual(Array<number>(9).fill(256 * 1024));
    expect(new Set(lengths.slice(1033))).toEqual(new Set([16 * 1024]));
  });

  it('A stream other than a socket never gets the same memory twice', async () => {
    const bytes = await slices(mebibyte, () => 0);
    expect(new Set(bytes.map(({ buffer }) => buffer)).size).toBe(bytes.length);
  });
});

describe('what the other side has not confirmed', () => {
  it('The unacknowledged bytes are read from a table of the system', () => {
    const table = [
      '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid',
      '   0: 00000000:07E8 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0',
      '   1: 0100007F:07E8 0100007F:C001 01 0000A000:00000007 01:00000014 00000000     0',
      '',
    ].join('\n');
    expect(unacknowledgedIn(table, 2024, 49153)).toBe(40_960);
    expect(unacknowledgedIn(table, 2024, 49154)).toBeUndefined();
  });

  it('The unacknowledged bytes of a real connection are counted', async ({ skip }) => {
    skip(process.platform !== 'linux', 'only Linux tells');
    const server = createServer();
    server.listen({ host: '127.0.0.1', port: 0 });
    await once(server, 'listening');
    const client = createConnection({
      host: '127.0.0.1',
      port: (server.address() as AddressInfo).port,
    });
    const [socket] = (await once(server, 'connection')) as [Socket];
    client.pause();
    onTestFinished(() => {
      client.destroy();
      socket.destroy();
      server.close();
    });
    expect(unacknowledged(socket)).toBe(0);
    socket.write(Buffer.alloc(50_000_000));
    expect(unacknowledged(socket)).toBeGreaterThan(100_000);
  });
});
