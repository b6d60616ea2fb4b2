// Writing under a limit: all writers together keep it, and a client is not blamed for the wait.
import { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { resolvePace } from '../../src/connection/pace.ts';
import { RateLimit } from '../../src/connection/rate-limit.ts';
import { StreamWriter } from '../../src/connection/stream-writer.ts';
import { Watchdog } from '../../src/connection/watchdog.ts';
import { ManualClock } from '../support/manual-clock.ts';

/** Lets pending promises go on. */
const runPending = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A client that takes everything at once. */
class Client extends Duplex {
  taken = 0;

  constructor() {
    super({ read: () => undefined });
  }

  override _write(bytes: Uint8Array, _encoding: unknown, done: () => void): void {
    this.taken += bytes.length;
    done();
  }
}

function writing(
  clock: ManualClock,
  limit: RateLimit,
): { readonly client: Client; readonly writer: StreamWriter; readonly faults: string[] } {
  const faults: string[] = [];
  const client = new Client();
  const watchdog = new Watchdog(resolvePace({}), clock, (error) => faults.push(error.message));
  const writer = new StreamWriter(client, watchdog, clock, () => undefined, limit);
  return { client, writer, faults };
}

describe('a limited server', () => {
  it('Several connections together are sent no more than the limit, in equal parts', async () => {
    const clock = new ManualClock();
    const limit = new RateLimit(16_384, clock);
    const all = [0, 1, 2].map(() => writing(clock, limit));
    for (const { writer } of all) void writer.write(Buffer.alloc(1_000_000));
    for (let step = 0; step < 160; step += 1) {
      clock.advance(62.5);
      await runPending();
      await runPending();
    }
    const taken = all.map(({ client }) => client.taken);
    const sum = taken.reduce((total, each) => total + each, 0);
    expect(sum).toBeLessThanOrEqual(163_840);
    expect(sum).toBeGreaterThan(150_000);
    expect(Math.max(...taken) - Math.min(...taken)).toBeLessThanOrEqual(1024);
  });

  it('A client is not cut off for the time that the limit takes', async () => {
    const clock = new ManualClock();
    const { client, writer, faults } = writing(clock, new RateLimit(10, clock));
    const written = writer.write(Buffer.alloc(3000));
    for (let second = 0; second < 310; second += 1) {
      clock.advance(1000);
      await runPending();
    }
    await written;
    expect(client.taken).toBe(3000);
    expect(faults).toEqual([]);
  });

  it('A client that leaves while it waits for the limit ends the write', async () => {
    const clock = new ManualClock();
    const { client, writer } = writing(new ManualClock(), new RateLimit(1, clock));
    const written = writer.write(Buffer.alloc(3000));
    await runPending();
    expect(clock.pending).toBe(1);
    client.destroy();
    await expect(written).rejects.toThrow('the connection was closed');
    expect(clock.pending).toBe(0);
  });
});
