// Whom something that was sent is fetched from, in virtual time.
import { expect, it } from 'vitest';
import { TransferError, type Clock, type TransferErrorCode } from '@peerlane/tcp-transfer';
import { longestAbsence, SentSources, type SentSource } from '../../src/sends/sent-sources.ts';

/** A clock that moves only when a test says so. */
class TestClock implements Clock {
  readonly #tasks = new Set<{ readonly at: number; readonly run: () => void }>();
  #now = 0;

  now(): number {
    return this.#now;
  }

  schedule(run: () => void, delay: number): { cancel(): void } {
    const task = { at: this.#now + delay, run };
    this.#tasks.add(task);
    return { cancel: () => this.#tasks.delete(task) };
  }

  async advance(ms: number): Promise<void> {
    this.#now += ms;
    for (const task of [...this.#tasks].sort((a, b) => a.at - b.at)) {
      if (task.at > this.#now || !this.#tasks.delete(task)) continue;
      task.run();
    }
    await settled();
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface Scene {
  readonly clock: TestClock;
  readonly sources: SentSources;
  readonly came: SentSource[];
  readonly isOver: () => boolean;
}

async function scene(sender: string, peers: readonly string[] = []): Promise<Scene> {
  const clock = new TestClock();
  const sources = new SentSources({
    ...{ sender: { host: sender, port: 4000 }, root: '0'.repeat(64), clock },
    allow: (host) => host.startsWith('10.') || host.startsWith('127.'),
    peers: (async function* () {
      yield* peers;
      await settled();
    })(),
  });
  const came: SentSource[] = [];
  let isOver = false;
  void (async () => {
    for await (const source of sources) came.push(source);
    isOver = true;
  })();
  await settled();
  return { clock, sources, came, isOver: () => isOver };
}

const fault = (code: TransferErrorCode): TransferError => new TransferError(code, code);
const peersOf = (came: readonly SentSource[]): string[] => came.map(({ peer }) => peer);

it('The sender comes first, then others that the node would talk to', async () => {
  const peers = [
    ...['10.0.0.2:1', '10.0.0.2:1', '8.8.8.8:1', '127.0.0.1:22', 'localhost:22', 'name:1'],
    ...['10.0.0.1:4000', '255.255.255.255:1', '10.0.0.3', '\u001b[2J:1', '10.0.0.3:5'],
  ];
  const { came } = await scene('10.0.0.1', peers);
  expect(came.map(({ peer, partial }) => [peer, partial])).toEqual([
    ['10.0.0.1:4000', false],
    ['10.0.0.2:1', true],
    ['10.0.0.3:5', true],
  ]);
  const local = await scene('127.0.0.1', ['127.0.0.2:1']);
  expect(peersOf(local.came)).toEqual(['127.0.0.1:4000', '127.0.0.2:1']);
});

it('A sender that never serves is tried again for a minute', async () => {
  const { clock, sources, came, isOver } = await scene('10.0.0.1');
  for (let second = 0; second < longestAbsence / 1000; second += 1) {
    expect(isOver()).toBe(false);
    sources.lost(came.at(-1)!, fault('unreachable'));
    await clock.advance(1000);
  }
  sources.lost(came.at(-1)!, fault('unreachable'));
  await clock.advance(1000);
  expect(isOver()).toBe(true);
  expect(came.length).toBeGreaterThan(50);
  expect(sources.isSenderOther).toBe(false);
});

it('A sender that leaves in the middle and comes back is asked again, as long as something comes', async () => {
  const { clock, sources, came, isOver } = await scene('10.0.0.1');
  for (let time = 0; time < 10; time += 1) {
    sources.lost(came.at(-1)!, fault('incomplete'));
    await clock.advance(longestAbsence / 2);
    sources.progress();
  }
  expect(isOver()).toBe(false);
  expect(came.length).toBe(11);
  sources.close();
  await settled();
  expect(isOver()).toBe(true);
});

it('A sender with other content is not asked again, and others may still have it', async () => {
  const { clock, sources, came, isOver } = await scene('10.0.0.1', ['10.0.0.2:1']);
  sources.lost(came[0]!, fault('changed'));
  expect(sources.isSenderOther).toBe(true);
  sources.lost(came[1]!, fault('no-file'));
  await clock.advance(1000);
  expect(peersOf(came)).toEqual(['10.0.0.1:4000', '10.0.0.2:1', '10.0.0.2:1']);
  expect(isOver()).toBe(false);
  sources.lost(came[2]!, fault('wrong-content'));
  await settled();
  expect(isOver()).toBe(true);
});

it('Dead addresses that a sender names are tried less and less often, however long the fetch lasts', async () => {
  const dead = Array.from({ length: 16 }, (_, index) => `10.0.1.${index}:22`);
  const { clock, sources, came } = await scene('10.0.0.1', dead);
  let seen = 0;
  for (let second = 0; second < 600; second += 1) {
    for (const source of came.slice(seen)) {
      seen += 1;
      if (source.partial) sources.lost(source, fault('unreachable'));
    }
    sources.progress();
    await clock.advance(1000);
  }
  for (const peer of dead) {
    const tries = peersOf(came).filter((each) => each === peer).length;
    expect(tries).toBeGreaterThan(600 / 16);
    expect(tries).toBeLessThan(50);
  }
  sources.close();
});
