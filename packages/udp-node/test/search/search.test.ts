import { describe, expect, it } from 'vitest';
import type { Offer } from '../../src/search/offer.ts';
import { Search } from '../../src/search/search.ts';
import { ManualClock } from '../../src/testing/index.ts';

interface Lab {
  readonly clock: ManualClock;
  readonly search: Search;
  readonly reopened: string[];
}

function start(signal?: AbortSignal): Lab {
  const clock = new ManualClock();
  const reopened: string[] = [];
  const search = new Search({
    request: { type: 'get', filename: 'a' },
    req: '0'.repeat(16),
    timeout: 1000,
    signal,
    clock,
    answersIn: () => Infinity,
    onEnd: () => undefined,
    onReopened: (_search, member) => reopened.push(member),
  });
  return { clock, search, reopened };
}

const offer = (peer: string, host = '127.0.0.1'): Offer => ({
  peer,
  address: { host, port: 1 },
  version: 2,
  size: undefined,
  root: undefined,
});

describe('a search', () => {
  it('keeps nothing about a member that is gone', () => {
    const { clock, search } = start();
    search.noteAsked('m', true);
    search.noteEndpoint('m', 'e');
    search.retry('m', () => undefined, 100);
    const before = clock.pending;
    search.giveUp('m');
    expect([search.stateOf('m'), search.hasAsked('e')]).toEqual(['unasked', false]);
    expect(clock.pending).toBe(before - 1);
    // A name that was looked up too late is not taken up again.
    search.noteEndpoint('m', 'e');
    expect(search.hasAsked('e')).toBe(false);
  });

  it('leaves an endpoint to the member that has it now', () => {
    const { search } = start();
    search.noteAsked('m', true);
    search.noteEndpoint('m', 'e');
    search.noteAsked('n', true);
    search.noteEndpoint('n', 'e');
    search.giveUp('m');
    expect(search.hasAsked('e')).toBe(true);
  });

  it('holds 16 offers of those of one host that were not asked, and 1000 in all', async () => {
    const { search } = start();
    const offered = (count: number, host: (i: number) => string): number =>
      Array.from({ length: count }, (_, i) =>
        search.offer(offer(`${host(i)}:${i}`, host(i))),
      ).filter((took) => took !== undefined).length;
    expect(offered(100, () => 'h')).toBe(16);
    expect(search.offer({ ...offer('h:0', 'h'), size: 7 })).toBe(0);
    expect((await search.next()).value?.size).toBe(7);
    expect(offered(100, () => 'h')).toBe(16);
    expect(offered(1000, (i) => `h${i}`)).toBe(984);
    for (let i = 0; i < 1000; i += 1) expect((await search.next()).done).toBe(false);
    expect(offered(100, () => 'h')).toBe(16);
  });

  it('refuses no offer of those who were asked, and takes them first', async () => {
    const { search } = start();
    for (let i = 0; i < 2000; i += 1) search.offer(offer(`s${i}`, `s${i}`));
    search.noteAsked('m', true);
    for (let i = 0; i < 100; i += 1) {
      search.noteEndpoint('m', `e${i}`);
      expect(search.offer(offer(`e${i}`))).toBe(0);
    }
    for (let i = 0; i < 100; i += 1) expect((await search.next()).value?.peer).toBe(`e${i}`);
    expect((await search.next()).value?.peer).toBe('s0');
  });

  it('has one offer of each peer, whether that was asked before or after', async () => {
    const { search } = start();
    search.offer(offer('e', 'h'));
    search.noteAsked('m', true);
    search.noteEndpoint('m', 'e');
    search.offer(offer('e', 'h'));
    search.giveUp('m');
    search.offer({ ...offer('e', 'h'), size: 3 });
    expect((await search.next()).value?.size).toBe(3);
    search.end();
    expect((await search.next()).done).toBe(true);
  });

  it('ends when all that it waits for have said no, not before', () => {
    const { search } = start();
    for (const member of ['a', 'b', 'c']) {
      search.noteAsked(member, true);
      search.noteEndpoint(member, member);
    }
    search.noteAsked('quiet', false);
    search.miss('a');
    search.miss('stranger');
    search.giveUp('b');
    expect(search.ended).toBe(false);
    search.miss('c');
    expect(search.ended).toBe(true);
  });

  it('waits for a silent member from when that is thought to be back', () => {
    const { search } = start();
    search.noteAsked('quiet', false);
    expect(search.stateOf('quiet')).toBe('unasked');
    expect(search.noteAsked('quiet', true)).toBe(2);
    expect(search.stateOf('quiet')).toBe('waiting');
  });

  it('listens to its signal no longer than it lasts', async () => {
    for (const end of [
      ({ search }: Lab) => search.return(),
      ({ clock }: Lab) => clock.advance(1000),
      ({ search }: Lab) => Promise.resolve(search.end()),
    ]) {
      const control = new AbortController();
      let listeners = 0;
      const { signal } = control;
      const [add, remove] = [
        signal.addEventListener.bind(signal),
        signal.removeEventListener.bind(signal),
      ];
      signal.addEventListener = (...args: Parameters<typeof add>) => {
        listeners += 1;
        add(...args);
      };
      signal.removeEventListener = (...args: Parameters<typeof remove>) => {
        listeners -= 1;
        remove(...args);
      };
      const lab = start(signal);
      lab.search.retry('m', () => undefined, 5000);
      expect(listeners).toBe(1);
      await end(lab);
      expect(listeners).toBe(0);
      expect(lab.clock.pending).toBe(0);
      expect(lab.search.offer(offer('late'))).toBeUndefined();
    }
  });

  it('is over from the start where its signal is aborted, and for good where its reader stops', async () => {
    const { clock, search } = start(AbortSignal.abort());
    expect([search.ended, clock.pending]).toEqual([true, 0]);
    const other = start().search;
    other.offer(offer('e'));
    await other.return();
    expect((await other.next()).done).toBe(true);
  });

  it('asks again where an offer led nowhere, once for each offer', async () => {
    const { search, reopened } = start();
    search.noteAsked('m', true);
    search.noteEndpoint('m', 'e');
    search.offer(offer('e'));
    await search.next();
    expect(reopened).toEqual([]);
    search.offer(offer('other'));
    await search.next();
    expect(reopened).toEqual(['m']);
    search.offer(offer('other'));
    await search.next();
    expect(reopened).toEqual(['m']);
  });
});
