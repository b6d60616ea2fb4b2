// The first send that is accepted, from its events.
import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import type { NodeEvents } from '../../src/node/node-options.ts';
import { FirstSend } from '../../src/receiving/first-send.ts';
import type { IncomingSend, SentItem } from '../../src/sends/incoming.ts';

const thing = (filename: string): SentItem['item'] => ({ kind: 'file', filename, size: 1 });
const send: IncomingSend = {
  ...{ id: '0'.repeat(16), address: '10.0.0.1', items: 2, total: 2 },
  first: thing('a'),
};
const [a, b] = [
  { send, item: thing('a') },
  { send, item: thing('b') },
];

async function isReached(moment: Promise<unknown>): Promise<boolean> {
  const not = Symbol();
  return (await Promise.race([moment, new Promise((end) => setImmediate(end, not))])) !== not;
}

it('It is over when each thing has ended, and told when its sender knows of each', async () => {
  const node = new EventEmitter<NodeEvents>();
  const first = new FirstSend(node);
  node.emit('sendDecided', { send, as: 'accepted' });
  node.emit('itemReceived', { ...a, created: true });
  node.emit('senderTold', a);
  node.emit('senderTold', a);
  expect(await isReached(first.told)).toBe(false);
  node.emit('itemFailed', { ...b, reason: 'disk', message: '' });
  expect(await first.over).toBe(false);
  expect(await isReached(first.told)).toBe(false);
  node.emit('senderTold', { ...b, send: { ...send, address: '10.0.0.2' } });
  expect(await isReached(first.told)).toBe(false);
  node.emit('senderTold', b);
  expect(await isReached(first.told)).toBe(true);
});
