// Senders that change what they offer after it was accepted, in virtual time.
import { expect, it } from 'vitest';
import { offerOf, root, scene, send, settled } from '../support/incoming-offers.ts';

const host = '10.0.0.1';
const huge = 2 ** 50;

it('A thing that grows while its person is asked is declined: what was shown is what is fetched', async () => {
  const { incoming, questions, fetches } = scene();
  incoming.receive(offerOf(), host);
  const grown = offerOf({ size: huge, total: huge });
  expect(incoming.receive(grown, host)).toEqual({ state: 'declined' });
  questions[0]!.answer(true);
  await settled();
  expect(fetches.map(({ item }) => item.offer.size)).toEqual([10]);
  expect(incoming.receive(grown, host)).toEqual({ state: 'declined' });
});

it('A thing that has failed is not fetched again with another size, kind, name or root', async () => {
  const { clock, incoming, questions, fetches } = scene();
  incoming.receive(offerOf(), host);
  questions[0]!.answer(true);
  await settled();
  fetches[0]!.end('unreachable');
  await settled();
  clock.advance(1000);
  const others = [
    { size: huge, total: huge, items: 99 },
    { size: 0, total: 10 },
    { kind: 'text' },
    { filename: 'b.txt' },
    { root: root(2) },
  ];
  for (const other of others)
    expect(incoming.receive(offerOf(other), host)).toEqual({ state: 'declined' });
  expect(incoming.receive(offerOf(), host)).toMatchObject({ state: 'accepted' });
  await settled();
  expect(fetches.length).toBe(2);
});

it('The same send of two machines is asked about twice, and a yes to one is none to the other', async () => {
  const { incoming, questions, fetches } = scene();
  for (const each of [host, '10.0.0.2']) incoming.receive(offerOf(), each);
  expect(questions.length).toBe(2);
  questions[0]!.answer(true);
  await settled();
  expect(fetches.map(({ item }) => item.host)).toEqual([host]);
  expect(incoming.receive(offerOf(), '10.0.0.2')).toEqual({ state: 'later' });
});

it('A flood of offers from many machines leaves those that were accepted before what they are', async () => {
  const { incoming, questions, fetches } = scene();
  incoming.receive(offerOf(), host);
  questions[0]!.answer(true);
  await settled();
  fetches[0]!.context.onDone(4);
  for (let number = 0; number < 3000; number += 1)
    incoming.receive(offerOf({ send: send(number) }), `10.1.${number >> 8}.${number & 255}`);
  expect(incoming.receive(offerOf(), host)).toEqual({ state: 'accepted', done: 4 });
  fetches[0]!.end();
  await settled();
  expect(incoming.receive(offerOf(), host)).toEqual({ state: 'received', done: 10 });
});
