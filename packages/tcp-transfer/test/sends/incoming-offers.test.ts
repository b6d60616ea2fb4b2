// What a machine is offered, in virtual time: one question for each send, bounds, and hostile senders.
import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import type { IncomingOffer, IncomingOffersOptions } from '../../src/index.ts';
import { maxPending, maxRemembered, maxUndecided } from '../../src/sends/incoming-offers.ts';
import { offerOf, root, scene, send, settled } from '../support/incoming-offers.ts';

const host = '10.0.0.1';

it('A send is asked about once, and fetched after a yes, until all of it is there', async () => {
  const { incoming, questions, fetches, onDecided } = scene();
  const [a, b] = [
    offerOf({ items: 2, total: 20 }),
    offerOf({ items: 2, total: 20, filename: 'b.txt', root: root(2) }),
  ];
  for (let asked = 0; asked < 3; asked += 1)
    for (const offer of [a, b]) expect(incoming.receive(offer, host)).toEqual({ state: 'later' });
  expect(questions.length).toBe(1);
  expect(fetches.length).toBe(0);
  questions[0]!.answer(true);
  await settled();
  expect(onDecided.mock.calls).toEqual([[{ offer: a, host }, 'accepted']]);
  expect(fetches.map(({ item }) => item)).toEqual([
    { offer: a, host },
    { offer: b, host },
  ]);
  fetches[0]!.context.onDone(7);
  expect(incoming.receive(a, host)).toEqual({ state: 'accepted', done: 7 });
  fetches[0]!.end();
  fetches[1]!.end('no-space');
  await settled();
  expect(incoming.receive(a, host)).toEqual({ state: 'received', done: 10 });
  expect(incoming.receive(b, host)).toEqual({ state: 'failed', done: 0, reason: 'no-space' });
  expect(questions.length).toBe(1);
});

it('What has failed is fetched again if it is offered again a second later', async () => {
  const { clock, incoming, questions, fetches } = scene();
  incoming.receive(offerOf(), host);
  questions[0]!.answer(true);
  await settled();
  fetches[0]!.fail(new Error('broken'));
  await settled();
  expect(incoming.receive(offerOf(), host)).toMatchObject({ state: 'failed', reason: 'cancelled' });
  clock.advance(1000);
  expect(incoming.receive(offerOf({ port: 5000 }), host)).toMatchObject({ state: 'accepted' });
  await settled();
  expect(fetches[1]!.item.offer.port).toBe(5000);
});

it('A question is withdrawn when its sender has not asked for 30 seconds, and asked again later', async () => {
  const { clock, incoming, questions, fetches, onDecided } = scene();
  incoming.receive(offerOf(), host);
  clock.advance(29_999);
  incoming.receive(offerOf(), host);
  clock.advance(29_999);
  expect(questions[0]!.signal.aborted).toBe(false);
  clock.advance(1);
  expect(questions[0]!.signal.aborted).toBe(true);
  expect(onDecided.mock.lastCall?.[1]).toBe('withdrawn');
  expect(incoming.size).toEqual({ sends: 0, items: 0 });
  questions[0]!.answer(true);
  await settled();
  expect(fetches.length).toBe(0);
  expect(incoming.receive(offerOf(), host)).toEqual({ state: 'later' });
  expect(questions.length).toBe(2);
  expect(clock.pending).toBe(1);
});

it('Closing withdraws questions and aborts fetches', async () => {
  const { clock, incoming, questions, fetches } = scene();
  incoming.receive(offerOf(), host);
  questions[0]!.answer(true);
  incoming.receive(offerOf({ send: send(2) }), host);
  await settled();
  const closed = incoming.close();
  expect(questions[1]!.signal.aborted).toBe(true);
  expect(fetches[0]!.context.signal.aborted).toBe(true);
  fetches[0]!.end('cancelled');
  await closed;
  expect(incoming.receive(offerOf(), host)).toBe('busy');
  expect(clock.pending).toBe(0);
});

it('More than was told first is declined', async () => {
  const { incoming, questions } = scene();
  incoming.receive(offerOf({ items: 2, total: 15 }), host);
  questions[0]!.answer(true);
  await settled();
  const more = { filename: 'b.txt', root: root(2), items: 99, total: 999 };
  expect(incoming.receive(offerOf({ ...more, size: 6 }), host)).toEqual({ state: 'declined' });
  expect(incoming.receive(offerOf({ ...more, size: 5 }), host)).toMatchObject({
    state: 'accepted',
  });
  const third = { ...more, filename: 'c.txt', size: 0 };
  expect(incoming.receive(offerOf(third), host)).toEqual({ state: 'declined' });
});

it('Names that play tricks, and unknown kinds, are declined without a question', () => {
  const { incoming, questions } = scene();
  const names = ['../a', 'a/b', 'a\\b', '..', '.', 'a\u001b[2J', 'a\nb', 'x'.repeat(256), 'CON'];
  for (const filename of names)
    expect(incoming.receive(offerOf({ filename }), host)).toEqual({ state: 'declined' });
  expect(incoming.receive(offerOf({ kind: 'tea' }), host)).toEqual({ state: 'declined' });
  expect(questions.length).toBe(0);
  expect(incoming.size).toEqual({ sends: 0, items: 0 });
});

it('A flood of sends from one machine, and from many, has few questions; the rest are busy', () => {
  const { incoming, questions } = scene();
  for (let number = 0; number < 1000; number += 1)
    incoming.receive(offerOf({ send: send(number) }), host);
  expect(questions.length).toBe(maxUndecided.ofMachine);
  // All addresses of one network of IPv6 are one machine.
  for (let number = 0; number < 1000; number += 1)
    incoming.receive(offerOf({ send: send(number) }), `fd00::${(number + 1).toString(16)}`);
  expect(questions.length).toBe(2 * maxUndecided.ofMachine);
  let busy = 0;
  for (let number = 0; number < 1000; number += 1)
    if (incoming.receive(offerOf(), `10.1.${number >> 8}.${number & 255}`) === 'busy') busy += 1;
  expect(questions.length).toBe(maxUndecided.ofAll);
  expect(busy).toBe(1000 - maxUndecided.ofAll + 2 * maxUndecided.ofMachine);
});

it('A flood of things is bounded, and what has ended is forgotten in the end', async () => {
  const decide = (): Promise<boolean> => Promise.resolve(true);
  const fetch = vi.fn<IncomingOffersOptions['fetch']>(() => Promise.resolve(undefined));
  const { clock, incoming } = scene({ decide, fetch });
  const limits = { items: 1e9, total: 1e9, size: 0 };
  let busy = 0;
  for (let number = 0; number < 1000; number += 1)
    if (incoming.receive(offerOf({ ...limits, root: root(number) }), host) === 'busy') busy += 1;
  expect(busy).toBe(1000 - maxPending.ofMachine);
  for (let number = 0; number < 3 * maxRemembered.items; number += 1) {
    incoming.receive(offerOf({ ...limits, root: root(number) }), host);
    incoming.receive(offerOf({ send: send(number) }), `10.2.${number >> 8}.${number & 255}`);
    if (number % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(incoming.size.items).toBeLessThanOrEqual(maxRemembered.items + maxPending.ofAll);
    expect(incoming.size.sends).toBeLessThanOrEqual(maxRemembered.sends + maxPending.ofAll);
  }
  await new Promise((resolve) => setImmediate(resolve));
  clock.advance(10 * 60_000);
  incoming.receive(offerOf({ send: send(99_999) }), host);
  expect(incoming.size).toEqual({ sends: 1, items: 1 });
});

it('Four things are fetched at a time, of machines in turn', async () => {
  const decide = (): Promise<boolean> => Promise.resolve(true);
  const { incoming, fetches } = scene({ decide });
  for (let number = 0; number < 6; number += 1)
    incoming.receive(offerOf({ items: 6, total: 60, root: root(number) }), host);
  await settled();
  incoming.receive(offerOf(), '10.0.0.2');
  await settled();
  expect(fetches.length).toBe(4);
  fetches[0]!.end();
  fetches[1]!.end();
  await settled();
  expect(fetches.slice(4).map(({ item }) => item.host)).toEqual([host, '10.0.0.2']);
});

it('A fetch is told of the others who receive the same, each once and not too many', async () => {
  const { incoming, questions, fetches } = scene();
  incoming.receive(offerOf({ peers: ['10.0.0.3:1'] }), host);
  questions[0]!.answer(true);
  await settled();
  const told: string[] = [];
  const reading = (async () => {
    for await (const peer of fetches[0]!.context.peers) told.push(peer);
  })();
  for (let port = 1; port <= 100; port += 1)
    incoming.receive(offerOf({ peers: ['10.0.0.3:1', `10.0.0.4:${port}`] }), host);
  await settled();
  fetches[0]!.end();
  await reading;
  expect(told.length).toBe(64);
  expect(new Set(told).size).toBe(64);
});

it('Whatever is offered, asked and answered: one question for each send, and nothing before a yes', async () => {
  const step = fc.oneof(
    fc.record({
      type: fc.constant('offer' as const),
      machine: fc.integer({ min: 1, max: 3 }),
      id: fc.integer({ min: 1, max: 4 }),
      item: fc.integer({ min: 1, max: 4 }),
      size: fc.integer({ min: 0, max: 10 }),
    }),
    fc.record({ type: fc.constant('answer' as const), isWanted: fc.boolean() }),
    fc.record({ type: fc.constant('end' as const), isGood: fc.boolean() }),
    fc.record({ type: fc.constant('time' as const), ms: fc.integer({ min: 1, max: 40_000 }) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const { clock, incoming, questions, fetches } = scene();
      const keyOf = ({ offer, host: from }: IncomingOffer): string => `${from} ${offer.send}`;
      const wanted = new Set<string>();
      for (const taken of steps) {
        if (taken.type === 'offer') {
          const { machine, id, item, size } = taken;
          const offer = offerOf({ send: send(id), root: root(item), size, items: 2, total: 15 });
          const answer = incoming.receive(offer, `10.0.0.${machine}`);
          const isOpen = typeof answer === 'object' && answer.state === 'later';
          if (isOpen) expect(wanted.has(`10.0.0.${machine} ${offer.send}`)).toBe(false);
        } else if (taken.type === 'answer') {
          const open = questions.find(({ signal }) => !signal.aborted);
          if (open && taken.isWanted) wanted.add(keyOf(open.first));
          open?.answer(taken.isWanted);
          if (open) questions.splice(questions.indexOf(open), 1);
        } else if (taken.type === 'end') {
          fetches.shift()?.end(taken.isGood ? undefined : 'changed');
        } else {
          clock.advance(taken.ms);
        }
        await settled();
        const asked = questions.filter(({ signal }) => !signal.aborted);
        expect(new Set(asked.map(({ first }) => keyOf(first))).size).toBe(asked.length);
        for (const { item } of fetches) expect(wanted.has(keyOf(item))).toBe(true);
        for (const key of wanted) {
          const sizes = new Map(
            fetches
              .filter(({ item }) => keyOf(item) === key)
              .map(({ item: { offer } }) => [offer.root, offer.size]),
          );
          expect(sizes.size).toBeLessThanOrEqual(2);
        }
      }
    }),
    { numRuns: 200 },
  );
});
