// Which content is taken where the holders of a file disagree.
import { describe, expect, it } from 'vitest';
import type { Offer } from '@peerlane/udp-node';
import {
  inOrderOfMachines,
  inOrderOfTrust,
  offeredContents,
} from '../../src/search/offered-contents.ts';
import { chooseTree } from '../../src/node/get-folder.ts';
import { OfferFeed } from '../../src/search/offer-feed.ts';

const [ours, theirs] = ['a'.repeat(64), 'b'.repeat(64)];

function offer(host: string, port: number, root?: string, version: 1 | 2 = 2): Offer {
  return { peer: `${host}:${port}`, address: { host, port }, version, size: 5, root };
}

/** An attacker with many identities on one machine, who answers first. */
const identities = Array.from({ length: 20 }, (_, each) => offer('127.0.0.9', 2000 + each, theirs));
const honest = [1, 2, 3].map((each) => offer(`127.0.0.${each}`, 1378, ours));

function feedOf(...offers: Offer[]): OfferFeed {
  async function* search(): AsyncGenerator<Offer, undefined> {
    for (const each of offers) yield await Promise.resolve(each);
    return undefined;
  }
  return new OfferFeed(search, undefined);
}

describe('offers that disagree', () => {
  it('Twenty identities of one machine, which answer first, count less than three honest holders', () => {
    expect(offeredContents([...identities, ...honest])).toEqual([
      { root: ours, size: 5, holders: honest.map(({ peer }) => peer) },
      { root: theirs, size: 5, holders: ['127.0.0.9:2000'] },
    ]);
    expect(inOrderOfTrust([...identities, ...honest])[0]).toBe(honest[0]);
  });

  it('Offers of version 1, which prove nothing, are tried last, and those of unknown content before', () => {
    const [old, unknown, known] = [
      offer('127.0.0.1', 1, undefined, 1),
      offer('127.0.0.2', 1),
      offer('127.0.0.3', 1, ours),
    ];
    expect(inOrderOfTrust([old, unknown, known])).toEqual([known, unknown, old]);
  });

  it('Offers are waited for no longer when all members have answered', async () => {
    const feed = new OfferFeed(
      async function* (onAllAnswered) {
        yield await Promise.resolve(honest[0]!);
        onAllAnswered();
        yield honest[1]!;
        await new Promise(() => undefined);
      } as ConstructorParameters<typeof OfferFeed>[0],
      undefined,
    );
    expect(await feed.gather(3_600_000)).toEqual([honest[0], honest[1]]);
  });

  it('Offers that come within a moment are given out in order of trust, and then those that come later', async () => {
    const feed = feedOf(...identities, ...honest);
    expect(await feed.gather(10_000)).toHaveLength(23);
    const first = [await feed.next(), await feed.next(), await feed.next(), await feed.next()];
    expect(first).toEqual([...honest, identities[0]]);
    await feed.close();
  });
});

describe('offers of a folder, whose root hardly anybody knows', () => {
  const silent = [1, 2].map((each) => offer(`127.0.0.${each}`, 1378));
  const forged = [offer('127.0.0.9', 1, ours), offer('127.0.0.9', 2, theirs)];
  const choose = (): never => {
    throw new Error('nothing is to be chosen');
  };

  it('Two forged roots of one machine do not exclude holders that say none, and are tried after them', async () => {
    expect(inOrderOfMachines([...forged, ...silent]).slice(0, 2)).toEqual(silent);
    const feed = feedOf(...forged, ...silent);
    const options = { agreementTimeout: 10_000, choose };
    expect(await chooseTree(feed, options)).toEqual({ root: undefined });
    expect(await feed.next()).toBe(silent[0]);
  });

  it('The tree of the most machines is wanted if more of them say their root than do not', async () => {
    const feed = feedOf(forged[1]!, silent[0]!, ...honest);
    expect(await chooseTree(feed, { agreementTimeout: 10_000 })).toMatchObject({ root: ours });
  });
});
