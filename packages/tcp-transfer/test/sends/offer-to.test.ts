// How a sender asks a receiver: real connections, a receiver that answers as a test says.
import { expect, it } from 'vitest';
import type { PeerAddress } from '@peerlane/protocol';
import {
  ConnectionPool,
  offerTo,
  type OfferAnswer,
  type OfferOutcome,
  type OfferProgress,
  type OfferToOptions,
} from '../../src/index.ts';
import { AskingPace } from '../../src/sends/asking-pace.ts';
import { cannedServer, fakeServer } from '../support/helpers.ts';
import { sharing } from '../support/peers.ts';

const item = {
  ...{ send: '0123456789abcdef', kind: 'file', filename: 'a.txt', size: 10, root: '0'.repeat(64) },
  ...{ port: 4000, items: 1, total: 10 },
};

async function offered(
  to: PeerAddress | (() => PeerAddress | undefined),
  options: Partial<OfferToOptions> = {},
): Promise<{ readonly outcome: OfferOutcome; readonly states: OfferProgress[] }> {
  using connections = new ConnectionPool();
  const states: OfferProgress[] = [];
  const onState = (progress: OfferProgress): void => {
    states.push(progress);
  };
  return { outcome: await offerTo(to, item, { connections, onState, ...options }), states };
}

/** A server that answers offers one after the other, the last one again and again. */
async function answering(...answers: (OfferAnswer | 'busy')[]): Promise<PeerAddress> {
  const receive = (): OfferAnswer | 'busy' => (answers.length > 1 ? answers.shift()! : answers[0]!);
  return (await sharing({}, undefined, { offers: { receive } })).address;
}

const silent = (ends: OfferProgress[]): string[] => ends.map(({ state }) => state);

it('Each change is told once, until there is an end', async () => {
  const to = await answering(
    { state: 'later' },
    { state: 'later' },
    'busy',
    { state: 'accepted', done: 1 },
    { state: 'accepted', done: 1 },
    { state: 'accepted', done: 5 },
    { state: 'received', done: 10 },
  );
  const { outcome, states } = await offered(to);
  expect(outcome).toEqual({ state: 'received' });
  expect(states).toEqual([
    { state: 'later' },
    { state: 'busy' },
    { state: 'accepted', done: 1 },
    { state: 'accepted', done: 5 },
  ]);
});

it('A refusal, a failure and a server that receives nothing are told apart', async () => {
  const end = async (to: PeerAddress): Promise<OfferOutcome> => (await offered(to)).outcome;
  expect(await end(await answering({ state: 'declined' }))).toEqual({ state: 'declined' });
  const failed = await answering({ state: 'failed', reason: 'disk' });
  expect(await end(failed)).toEqual({ state: 'failed', reason: 'disk' });
  expect(await end((await sharing({})).address)).toEqual({ state: 'unsupported' });
  const older = await sharing({}, undefined, { protocol: 1 });
  expect(await end(older.address)).toEqual({ state: 'unanswered' });
  const refusal = '{"v":2,"error":{"code":"tea","message":"\\u001b[31m"}}\n';
  expect(await end(await cannedServer(refusal))).toMatchObject({ state: 'refused' });
  expect(await end(await cannedServer('HTTP/1.1 400\r\n'))).toMatchObject({ state: 'refused' });
});

it('An unknown state is taken for later', async () => {
  let asked = 0;
  const to = await fakeServer((socket) => {
    socket.on('data', () => {
      asked += 1;
      const state = asked < 3 ? 'brewing' : 'received';
      socket.write(`{"v":2,"length":0,"state":"${state}"}\n`);
    });
  });
  const { outcome, states } = await offered(to);
  expect(outcome).toEqual({ state: 'received' });
  expect(states).toEqual([{ state: 'later' }]);
});

it('A receiver that is away is tried again where it is then, or given up', async () => {
  const back = await answering({ state: 'received' });
  const nobody = { host: '127.0.0.1', port: 1 };
  const places = [undefined, nobody, back];
  const { outcome, states } = await offered(() => places.shift());
  expect(outcome).toEqual({ state: 'received' });
  expect(silent(states)).toEqual(['away']);
  expect((await offered(nobody, { giveUpAfter: 1 })).outcome).toEqual({ state: 'away' });
  const busy = await answering('busy');
  expect((await offered(busy, { giveUpAfter: 0 })).outcome).toEqual({ state: 'busy' });
  await expect(offered(nobody, { giveUpAfter: -1 })).rejects.toThrow(RangeError);
});

it('An offer that contradicts itself is a bad request', async () => {
  using connections = new ConnectionPool();
  const to = await answering({ state: 'received' });
  const outcome = await offerTo(to, { ...item, total: 9 }, { connections });
  expect(outcome).toMatchObject({ state: 'refused' });
});

it('A sender asks quickly at first, then once a second, and one that is away up to every five', () => {
  const pace = new AskingPace(() => 0.5);
  expect(pace.next('new')).toBe(50);
  expect(pace.next('same')).toBe(75);
  const waits = (reply: 'same' | 'out'): number[] =>
    Array.from({ length: 20 }, () => pace.next(reply));
  expect(waits('same').at(-1)).toBe(1000);
  const out = waits('out');
  expect([out[0], out.at(-1)]).toEqual([500, 5000]);
  expect(pace.next('same')).toBe(50);
  expect(new AskingPace(() => 0).next('new')).toBe(40);
});
