// The pure functions of time.
import { describe, expect, it } from 'vitest';
import { newPeer, type Peer } from '../src/peer.ts';
import {
  recordGossipSend,
  allowsGossipSend,
  nextRhythm,
  periodOf,
  quietAt,
  quietRetry,
  shownPeriod,
  sharedUntil,
} from '../src/timing.ts';

const peer = (fields: Partial<Peer>): Peer => newPeer('a:1', 0, fields);
const hour = 3_600_000;

describe('a period', () => {
  it.each<[Partial<Peer>, number, number]>([
    [{}, 20_000, 20_000],
    [{ period: 1000 }, 20_000, 20_000],
    [{ period: 60_000 }, 20_000, 60_000],
    [{ period: 1e12 }, 20_000, 120_000],
    [{ period: 121_000 }, 20_000, 120_000],
    [{ rhythm: { at: 0, gap: 30_000 } }, 20_000, 30_000],
    [{ rhythm: { at: 0, gap: 30_000, earlierGap: 1e9 } }, 20_000, 30_000],
    [{ rhythm: { at: 0, gap: 1e9, earlierGap: 30_000 } }, 20_000, 30_000],
    [{ period: 40_000, rhythm: { at: 0, gap: 90_000 } }, 20_000, 40_000],
  ])('The period of %j, with %i of our own, is %i', (fields, own, expected) => {
    expect(periodOf(peer(fields), own)).toBe(expected);
  });

  it('A period shows in the gaps between DISCOVERs, except in bursts', () => {
    let rhythm = {};
    for (const now of [0, 100, 20_000, 20_001, 40_000, 100_000]) rhythm = nextRhythm(rhythm, now);
    expect(rhythm).toEqual({ at: 100_000, gap: 60_000, earlierGap: 20_000 });
    expect(shownPeriod(rhythm)).toBe(20_000);
    expect(shownPeriod({})).toBe(0);
    expect(nextRhythm({ at: 0 }, 500)).toEqual({ at: 500, gap: 500 });
    expect(nextRhythm({ at: 0 }, 499)).toEqual({ at: 0 });
  });
});

describe('silence', () => {
  it('Announced peers may be silent for three periods, heard ones for six', () => {
    expect(quietAt(peer({ learnedAt: 5 }), 20_000)).toBe(60_005);
    expect(quietAt(peer({ heardAt: 5, learnedAt: 1 }), 20_000)).toBe(120_005);
    expect(quietAt(peer({ heardAt: 5, period: 60_000 }), 20_000)).toBe(360_005);
  });

  it('A peer is named in lists for two periods after it was heard', () => {
    expect(sharedUntil(peer({}), 20_000)).toBe(-Infinity);
    expect(sharedUntil(peer({ heardAt: 5 }), 20_000)).toBe(40_005);
  });

  it('A quiet peer is tried at doubling intervals', () => {
    expect([0, 1, 2, 5].map((attempts) => quietRetry(attempts, 1000))).toEqual([
      1000, 2000, 4000, 32_000,
    ]);
  });
});

describe('gossip', () => {
  it('The last five datagrams that gossip caused are remembered', () => {
    expect(recordGossipSend([], 7)).toEqual([7]);
    expect(recordGossipSend([1, 2, 3, 4, 5], 7)).toEqual([2, 3, 4, 5, 7]);
  });

  it.each<[number[], number, boolean]>([
    [[], 0, true],
    [[1, 2, 3, 4], 5, true],
    [[1, 2, 3, 4, 5], 6, false],
    [[1, 2, 3, 4, 5], hour, false],
    [[1, 2, 3, 4, 5], hour + 1, true],
    [[0, 1, 2, 3, 4, 5], hour, false],
  ])('Gossip that caused datagrams at %j may cause one at %i: %s', (gossipSends, now, expected) => {
    expect(allowsGossipSend(gossipSends, now)).toBe(expected);
  });
});
