// The part of `bench core` that encodes and decodes messages.
import {
  decodeMessage,
  encodeMessage,
  type DiscoverMessage,
  type GetMessage,
} from '@peerlane/protocol';
import { alternate, show, summarise } from '../measure.ts';

const rounds = 15;
/** The time for each operation in each round, in milliseconds. */
const duration = 100;

const bits = '0123456789abcdef';
const get: GetMessage = { type: 'get', filename: 'resume.pdf' };
const discover: DiscoverMessage = {
  type: 'discover',
  addresses: Array.from({ length: 50 }, (_, index) => `127.0.13.${index}:${10_000 + index}`),
};

const messages = {
  Get: get,
  'Get with its extension line': { ...get, extension: { v: 2, req: bits } },
  'DISCOVER of 50 addresses': discover,
  'DISCOVER of 50 addresses with its extension line': {
    ...discover,
    extension: { v: 2, id: bits, name: 'kitchen', period: 20_000, tcp: 33_680, ping: bits },
  },
} as const;

/** Prints how many messages of each kind are decoded and encoded in a second. */
export async function run(): Promise<void> {
  const works = Object.entries(messages).flatMap(([name, message]): [string, () => void][] => {
    const bytes = encodeMessage(message);
    return [
      [`decode ${name}`, () => decodeMessage(bytes)],
      [`encode ${name}`, () => encodeMessage(message)],
    ];
  });
  for (const [, work] of works) perSecond(work);
  const contestants = works.map(([name, work]) => [name, () => Promise.resolve(perSecond(work))]);
  const figures = await alternate(
    Object.fromEntries(contestants) as Record<string, () => Promise<number>>,
    rounds,
  );
  for (const [name, perRound] of Object.entries(figures)) {
    process.stdout.write(`${name.padEnd(58)}${show(summarise(perRound), 'per second', 0)}\n`);
  }
}

function perSecond(work: () => void): number {
  const start = performance.now();
  let count = 0;
  let elapsed = 0;
  while (elapsed < duration) {
    for (let i = 0; i < 100; i += 1) work();
    count += 100;
    elapsed = performance.now() - start;
  }
  return (count / elapsed) * 1000;
}
