// The tests that every transport has to pass.
import type { DatagramTransport } from '../transport/transport.ts';

/** Opens a transport on an address of its own, on the same network as the other transports. */
export type OpenTransport = () => Promise<DatagramTransport>;

/** The functions of a test runner that the suite needs. Those of vitest, jest and node:test fit. */
export interface ContractTools {
  readonly test: (name: string, run: () => Promise<void>) => unknown;
  /** Like `assert.deepStrictEqual`. */
  readonly equal: (actual: unknown, expected: unknown) => void;
}

/** A datagram that arrived at a transport. */
interface Arrival {
  readonly bytes: readonly number[];
  readonly from: unknown;
}

/** Tests every promise of a {@link DatagramTransport}. */
export function transportContract({ test, equal }: ContractTools, open: OpenTransport): void {
  test('carries bytes and their source to the one receiver', () =>
    withPair(open, async ({ a, b, next }) => {
      const arrival = next();
      await a.send(Uint8Array.of(0, 10, 255), b.address);
      equal(await arrival, { bytes: [0, 10, 255], from: a.address });
    }));

  test('carries an empty datagram', () =>
    withPair(open, async ({ a, b, next }) => {
      const arrival = next();
      await a.send(new Uint8Array(0), b.address);
      equal((await arrival).bytes, []);
    }));

  test('passes each datagram to the receiver that was set last', () =>
    withPair(open, async ({ a, b }) => {
      let wrong = 0;
      b.onDatagram(() => (wrong += 1));
      const arrival = new Promise<number>((resolve) => {
        b.onDatagram((bytes) => {
          resolve(bytes[0]!);
        });
      });
      await a.send(Uint8Array.of(7), b.address);
      equal(await arrival, 7);
      equal(wrong, 0);
    }));

  test('sends to an address without a node, and then to one with a node', () =>
    withPair(open, async ({ a, b, next }) => {
      const gone = await open();
      await gone.close();
      const arrival = next();
      const sending = [a.send(Uint8Array.of(1), gone.address), a.send(Uint8Array.of(2), b.address)];
      await Promise.allSettled(sending);
      equal((await arrival).bytes, [2]);
    }));

  test('lets each of a thousand datagrams leave that are sent at once', () =>
    withPair(open, async ({ a, b }) => {
      const left: number[] = [];
      const numbers = Array.from({ length: 1000 }, (_, i) => i);
      await Promise.all(
        numbers.map((i) => a.send(new Uint8Array(1200), b.address).then(() => left.push(i))),
      );
      equal(left.length, numbers.length);
    }));

  test('resolves or rejects every pending send when it is closed, and may be closed twice', () =>
    withPair(open, async ({ a, b }) => {
      const sending = a.send(Uint8Array.of(1), b.address);
      await Promise.all([a.close(), a.close()]);
      await sending;
      await a.close();
    }));

  test('sends nothing after it was closed', () =>
    withPair(open, async ({ a, b, next }) => {
      await a.close();
      const arrival = next();
      await a.send(Uint8Array.of(2), b.address);
      const c = await open();
      await c.send(Uint8Array.of(3), b.address);
      equal((await arrival).bytes, [3]);
      await c.close();
    }));

  test('receives nothing after it was closed', () =>
    withPair(open, async ({ a, b }) => {
      let count = 0;
      b.onDatagram(() => (count += 1));
      await b.close();
      await a.send(Uint8Array.of(1), b.address).catch(() => undefined);
      // A datagram between two others arrives after everything that was on its way.
      await withPair(open, async (other) => {
        const arrival = other.next();
        await other.a.send(Uint8Array.of(1), other.b.address);
        await arrival;
      });
      equal(count, 0);
    }));
}

interface Pair {
  readonly a: DatagramTransport;
  readonly b: DatagramTransport;
  /** The next datagram that reaches `b`. */
  readonly next: () => Promise<Arrival>;
}

async function withPair(open: OpenTransport, run: (pair: Pair) => Promise<void>): Promise<void> {
  const [a, b] = [await open(), await open()];
  const waiting: ((arrival: Arrival) => void)[] = [];
  b.onDatagram((bytes, from) => {
    waiting.shift()?.({ bytes: [...bytes], from });
  });
  const next = (): Promise<Arrival> => new Promise((resolve) => waiting.push(resolve));
  try {
    await run({ a, b, next });
  } finally {
    await Promise.all([a.close(), b.close()]);
  }
}
