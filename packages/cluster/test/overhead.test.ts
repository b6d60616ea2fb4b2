// The bytes that a seal adds to each datagram: lists leave room for them, and allowances pay for them.
import { encodeMessage, maxListBytes } from '@peerlane/protocol';
import { describe, expect, it } from 'vitest';
import { at, cluster, gossip, hex, prove, receive } from './support/world.ts';
import type { Change, Cluster } from '../src/index.ts';

const overhead = 45;

const lengthsOf = (changes: readonly Change[]): number[] =>
  changes.flatMap((change) =>
    change.type === 'send'
      ? change.messages.map((message) => encodeMessage(message).length + overhead)
      : [],
  );

const sum = (lengths: readonly number[]): number => lengths.reduce((all, each) => all + each, 0);

/** The longest address that a node can have, which the first part of a list to a silent member names. */
const longestAddress = `${`${'a'.repeat(63)}.`.repeat(4).slice(0, 253)}:65535`;

/** A cluster with overhead that has 200 proven members, and a configured one that is silent. */
function large(): Cluster {
  const node = cluster({
    ...{ overhead, name: '\u0001'.repeat(64), members: ['127.0.0.1:9'] },
    ownAddress: () => longestAddress,
  });
  node.start(0);
  for (let n = 1; n <= 200; n += 1) prove(node, at(n), hex(), n);
  return node;
}

describe('with an overhead', () => {
  it('No datagram with a list is longer than 1200 bytes on the wire, and lists use that room', () => {
    const node = large();
    const lengths = [
      ...lengthsOf(node.announce(20_000)),
      ...lengthsOf(receive(node, at(999), { extension: { v: 2, id: hex(), ping: hex() } }, 20_001)),
    ];
    const longest = Math.max(...lengths);
    expect(longest).toBeLessThanOrEqual(maxListBytes);
    expect(longest).toBeGreaterThan(maxListBytes - 20);
  });

  it('A stranger is sent at most three times the bytes that came from it, on the wire', () => {
    for (const length of [0, 30, 60, 200, 900]) {
      const node = large();
      const message = {
        addresses: Array.from({ length: Math.floor(length / 15) }, (_, n) => at(2000 + n)),
        extension: { v: 2, id: hex(), ping: hex() },
      };
      const size = encodeMessage({ type: 'discover', ...message }).length + overhead;
      const from = '127.0.0.9:5';
      const changes = [
        ...node.receive({ from, message: { type: 'discover', ...message }, size }, 30_000),
      ];
      let requested = 0;
      for (let now = 30_000; now < 200_000; now += 500) {
        changes.push(...node.tick(now));
        if (node.chooseContact({ address: from, length: { extended: 60, plain: 20 } }, now))
          requested += 60 + overhead;
      }
      const sent = changes.filter((change) => change.type === 'send' && change.to === from);
      expect(sent.length).toBeGreaterThan(0);
      expect(sum(lengthsOf(sent)) + requested).toBeLessThanOrEqual(3 * size);
    }
  });

  it('An address that a member names in a full list is greeted at once', () => {
    const node = cluster({ overhead });
    const id = hex();
    prove(node, at(1), id, 0);
    const named = Array.from({ length: 60 }, (_, n) => `10.0.0.${n + 1}:1378`);
    const changes = gossip(node, at(1), id, named, 1);
    const greeted = changes.flatMap((change) => (change.type === 'send' ? [change.to] : []));
    expect(greeted).toEqual(named);
  });

  it.each([-1, 1.5, 257, NaN])('An overhead of %s is refused', (wrong) => {
    expect(() => cluster({ overhead: wrong })).toThrow(
      `overhead: expected an integer from 0 to 256, got ${wrong}`,
    );
  });

  it('A lowest version that is neither 1 nor 2 is refused', () => {
    expect(() => cluster({ lowestProtocol: 3 as 2 })).toThrow(
      'lowestProtocol: expected 1 or 2, got 3',
    );
  });
});
