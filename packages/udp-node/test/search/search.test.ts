// One search with a real cluster, in virtual time.
import { Cluster } from '@peerlane/cluster';
import { describe, expect, it } from 'vitest';
import type { Offer } from '../../src/search/offer.ts';
import { Search, type SearchOptions } from '../../src/search/search.ts';
import { ManualClock, seededBits, seededRandom } from '../../src/testing/index.ts';

interface Lab {
  readonly clock: ManualClock;
  readonly search: Search;
  /** The members that were asked, each time anew. */
  readonly asked: string[];
}

const member = 'm:1';

/** A search that asks these configured members. */
function start(options: Partial<SearchOptions> = {}, members: readonly string[] = []): Lab {
  const clock = new ManualClock();
  const asked: string[] = [];
  const cluster = new Cluster({
    self: ['127.0.0.1:1'],
    id: '1'.repeat(16),
    newPing: seededBits(seededRandom(1)),
    members,
  });
  cluster.start(-5000);
  cluster.tick(-1);
  const search = new Search({
    settings: { clock, protocol: 2, lowestProtocol: 1 },
    filename: 'a',
    kind: 'file',
    req: '0'.repeat(16),
    until: 'timeout',
    timeout: 1000,
    signal: undefined,
    cluster,
    onSilent: undefined,
    onAllAnswered: undefined,
    probe: () => undefined,
    sendTo: (address) => asked.push(address),
    onEnd: () => undefined,
    ...options,
  });
  search.start();
  return { clock, search, asked };
}

const offer = (peer: string, host = '127.0.0.1'): Offer => ({
  peer,
  address: { host, port: 1 },
  version: 2,
  size: undefined,
  root: undefined,
});

describe('a search', () => {
  it('A search keeps nothing about a member that has left', () => {
    const { clock, search, asked } = start({}, [member]);
    search.noteEndpoint(member, 'e');
    const before = clock.pending;
    search.memberLeft(member, false);
    expect(search.hasAsked('e')).toBe(false);
    expect(clock.pending).toBe(before - 1);
    // A name that was looked up too late does not add the member again.
    search.noteEndpoint(member, 'e');
    expect(search.hasAsked('e')).toBe(false);
    expect(asked).toEqual([member]);
    search.memberJoined(member);
    expect(asked).toEqual([member, member]);
  });

  it('A search goes on to wait for a member that has only fallen silent', () => {
    const { clock, search } = start({}, [member]);
    search.noteEndpoint(member, 'e');
    const before = clock.pending;
    search.memberLeft(member, true);
    expect([search.hasAsked('e'), clock.pending]).toEqual([true, before]);
  });

  it('An endpoint belongs to the member that was asked there last', () => {
    const { search } = start({}, ['m:1', 'n:1']);
    search.noteEndpoint('m:1', 'e');
    search.noteEndpoint('n:1', 'e');
    search.memberLeft('m:1', false);
    expect(search.hasAsked('e')).toBe(true);
  });

  it('A search holds 16 offers of unasked peers of one host, and 1000 in all', async () => {
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

  it('A search refuses no offer of a peer that was asked, and gives it out first', async () => {
    const { search } = start({}, [member]);
    for (let i = 0; i < 2000; i += 1) search.offer(offer(`s${i}`, `s${i}`));
    for (let i = 0; i < 100; i += 1) {
      search.noteEndpoint(member, `e${i}`);
      expect(search.offer(offer(`e${i}`))).toBe(0);
    }
    for (let i = 0; i < 100; i += 1) expect((await search.next()).value?.peer).toBe(`e${i}`);
    expect((await search.next()).value?.peer).toBe('s0');
  });

  it('A search holds one offer of each peer, whether it was asked before or after', async () => {
    const { search } = start({}, [member]);
    search.offer(offer('e', 'h'));
    search.noteEndpoint(member, 'e');
    search.offer(offer('e', 'h'));
    search.memberLeft(member, false);
    search.offer({ ...offer('e', 'h'), size: 3 });
    expect((await search.next()).value?.size).toBe(3);
    search.end();
    expect((await search.next()).done).toBe(true);
  });

  it('A search ends when all members that it waits for have said no, not before', () => {
    const members = ['a:1', 'b:1', 'c:1'];
    const { search } = start({}, members);
    for (const each of members) search.noteEndpoint(each, each);
    search.miss('a:1');
    search.miss('stranger');
    search.memberLeft('b:1', false);
    expect(search.ended).toBe(false);
    search.miss('c:1');
    expect(search.ended).toBe(true);
  });

  it('A search until the first offer ends with it, and still gives it out', async () => {
    const { clock, search } = start({ until: 'first' }, [member]);
    await clock.advance(10);
    expect(search.offer(offer('e'))).toBe(10);
    expect(search.ended).toBe(true);
    expect(search.offer(offer('late'))).toBeUndefined();
    expect(clock.pending).toBe(0);
    expect((await search.next()).value?.peer).toBe('e');
    expect((await search.next()).done).toBe(true);
  });

  it('A search that has ended does not listen to its signal', async () => {
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
      const lab = start({ signal }, [member]);
      expect(listeners).toBe(1);
      await end(lab);
      expect(listeners).toBe(0);
      expect(lab.clock.pending).toBe(0);
      expect(lab.search.offer(offer('late'))).toBeUndefined();
    }
  });

  it('A search with an aborted signal has ended, and one whose reader stops gives out nothing more', async () => {
    const { clock, search } = start({ signal: AbortSignal.abort() });
    expect([search.ended, clock.pending]).toEqual([true, 0]);
    const other = start().search;
    other.offer(offer('e'));
    await other.return();
    expect((await other.next()).done).toBe(true);
  });

  it('A member whose offer led nowhere is asked again, once for each offer', async () => {
    const { clock, search, asked } = start({ timeout: 100_000 }, [member]);
    search.noteEndpoint(member, 'e');
    search.offer(offer('e'));
    await search.next();
    await clock.advance(50_000);
    expect(asked).toEqual([member]);
    const before = clock.pending;
    for (let i = 0; i < 2; i += 1) {
      search.offer(offer('other'));
      await search.next();
      expect(clock.pending).toBe(before + 1);
    }
    await clock.advance(10_000);
    expect(asked).toEqual([member, member]);
  });
});
