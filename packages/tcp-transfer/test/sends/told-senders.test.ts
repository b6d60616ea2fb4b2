// When a receiver learns that its sender knows how an offer ended.
import { expect, it, vi } from 'vitest';
import type { OfferAnswer } from '../../src/sends/incoming-send.ts';
import { offerOf, scene, settled } from '../support/incoming-offers.ts';

const host = '10.0.0.1';

it('Who has learned that a thing is there, or could not be had, is told of each time', async () => {
  const onTold = vi.fn();
  const { incoming, questions, fetches } = scene({ onTold });
  const ask = (): void => {
    const answer = incoming.receive(offerOf(), host);
    incoming.answered(offerOf(), host, answer as OfferAnswer);
  };
  ask();
  questions[0]!.answer(true);
  await settled();
  ask();
  expect(onTold).not.toHaveBeenCalled();
  fetches[0]!.end();
  await settled();
  expect(onTold).not.toHaveBeenCalled();
  ask();
  const item = { offer: offerOf(), host };
  expect(onTold.mock.calls).toEqual([[item, item]]);
  incoming.answered(offerOf({ filename: 'other.txt' }), host, { state: 'received' });
  expect(onTold).toHaveBeenCalledTimes(1);
});
