// The small parts of a node, each alone.
import { describe, expect, it } from 'vitest';
import { allowNetworks } from '../src/index.ts';
import { announcedInterfaces } from '../src/lan/lan-socket.ts';
import { NameLookup } from '../src/sending/name-lookup.ts';
import { ownAddresses, ownAddressFor } from '../src/system/own-addresses.ts';
import { sameNetwork } from '../src/system/same-network.ts';
import { retryDelay } from '../src/search/retries.ts';
import { ManualClock, seededBits, seededRandom } from '../src/testing/index.ts';
import { TokenBuckets } from '../src/limits/token-bucket.ts';
import { Warnings, type Warning } from '../src/limits/warnings.ts';

describe('the networks that are near', () => {
  it.each([
    '127.9.9.9',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.254',
    '192.168.1.1',
    '169.254.1.1',
    '100.64.0.1',
    '::1',
    'fe80::1',
    'fd00::1',
  ])('The near networks hold %s', (host) => expect(allowNetworks()(host)).toBe(true));

  it.each([
    '8.8.8.8',
    '172.32.0.1',
    '192.169.0.1',
    '100.128.0.1',
    '0.0.0.0',
    '255.255.255.255',
    '224.0.0.1',
    '::',
    '2001:db8::1',
    'ff02::1',
  ])('The near networks do not hold %s', (host) => expect(allowNetworks()(host)).toBe(false));

  it('Listed networks are allowed beside the near ones', () => {
    const allow = allowNetworks(['203.0.113.0/24', '198.51.100.7', '2001:db8::/32']);
    expect(['203.0.113.9', '198.51.100.7', '2001:db8::1'].map(allow)).toEqual([true, true, true]);
    expect(['203.0.114.9', '198.51.100.8'].map(allow)).toEqual([false, false]);
  });

  it.each([
    ...['nonsense', '', '/', '/8', '10.0.0.0/', '10.0.0.0/8/9', '10.0.0.0/ 8', '10.0.0.0/8 '],
    ...['10.0.0.0/1e1', '10.0.0.0/0x8', '10.0.0.0/-1', '10.0.0.0/33', '10.0.0.0/+8', '10/8'],
    ...['::/', '2001:db8::/129', '2001:db8::/0032'],
  ])('A text that is not a network is refused: "%s"', (network) => {
    expect(() => allowNetworks([network])).toThrow(TypeError);
  });
});

describe('our own address', () => {
  it.each([
    ['192.168.1.9', '192.168.1.5/24', true],
    ['192.168.2.9', '192.168.1.5/24', false],
    ['192.168.2.9', '192.168.1.5/16', true],
    ['10.0.0.1', '10.0.0.2/31', false],
    ['fd00::1:1', 'fd00::2:2/64', true],
    ['fd00:0:0:1::1', 'fd00::2/64', false],
    ['fe80::1%eth0', 'fe80::2/64', true],
    ['10.0.0.1', 'fd00::2/64', false],
    ['fd00::1', '10.0.0.2/8', false],
    ['node2', '10.0.0.2/8', false],
    ['10.0.0.1', null, false],
  ])('The address %s is in the network of %s: %s', (host, cidr, expected) => {
    expect(sameNetwork(host, cidr)).toBe(expected);
  });

  it('A node on all interfaces has each address of this machine', () => {
    const all = ownAddresses({ host: '0.0.0.0', port: 7 });
    expect(all).toContain('127.0.0.1:7');
    expect(all).not.toContain('0.0.0.0:7');
    expect(ownAddresses({ host: '127.0.0.5', port: 7 })).toEqual(['127.0.0.5:7']);
  });

  it('A peer reaches a node at the bound address, or at the one in its network', () => {
    expect(ownAddressFor('127.0.0.1:9', { host: '127.0.0.5', port: 7 })).toBe('127.0.0.5:7');
    const bound = { host: '0.0.0.0', port: 7 };
    expect(ownAddressFor('127.0.0.9:9', bound)).toBe('127.0.0.1:7');
    // Some machines have no IPv6.
    const own = ownAddressFor('[::1]:9', { host: '::', port: 7 });
    expect([undefined, '[::1]:7']).toContain(own);
    expect(ownAddressFor('203.0.113.9:9', bound)).toBeUndefined();
  });

  it('A node announces itself on the interfaces to which it is bound', () => {
    const entry = (address: string, family: 'IPv4' | 'IPv6'): object => ({ address, family });
    const found = {
      lo: [entry('127.0.0.1', 'IPv4'), entry('::1', 'IPv6')],
      eth0: [entry('192.168.1.5', 'IPv4')],
      eth1: undefined,
    } as Parameters<typeof announcedInterfaces>[1];
    expect(announcedInterfaces('0.0.0.0', found)).toEqual(['127.0.0.1', '192.168.1.5']);
    expect(announcedInterfaces('::', found)).toEqual(['127.0.0.1', '192.168.1.5']);
    expect(announcedInterfaces('127.0.0.3', found)).toEqual(['127.0.0.1']);
    expect(announcedInterfaces('192.168.1.5', found)).toEqual(['192.168.1.5']);
    expect(announcedInterfaces('10.9.9.9', found)).toEqual([]);
  });
});

describe('retries', () => {
  it('Retries come after 0.25 s, 1 s and then every 4 s to version 2, after 1 s and every 10 s to others', () => {
    const first = (version: 1 | 2): number[] =>
      [1, 2, 3, 4].map((attempt) => retryDelay(version, attempt));
    expect(first(2)).toEqual([250, 750, 4000, 4000]);
    expect(first(1)).toEqual([1000, 10_000, 10_000, 10_000]);
  });
});

describe('token buckets', () => {
  it('A bucket fills with time, up to its size', () => {
    const buckets = new TokenBuckets({ perSecond: 2, burst: 3 });
    const take = (now: number, times: number): number =>
      Array.from({ length: times }, () => buckets.consume('a', now)).filter(Boolean).length;
    expect(take(0, 5)).toBe(3);
    expect(take(400, 5)).toBe(0);
    expect(take(1000, 5)).toBe(2);
    expect(take(100_000, 9)).toBe(3);
    expect(buckets.consume('b', 100_000)).toBe(true);
  });

  it('Buckets are kept for a bounded number of senders', () => {
    const buckets = new TokenBuckets({ perSecond: 1, burst: 1 }, 10);
    for (let i = 0; i < 100; i += 1) buckets.consume(String(i), 0);
    expect(buckets.size).toBe(10);
    expect(buckets.consume('99', 0)).toBe(false);
  });

  it('The bucket of the sender that was silent for longest is forgotten', () => {
    const buckets = new TokenBuckets({ perSecond: 1, burst: 1 }, 2);
    for (const sender of ['a', 'b', 'a', 'c']) buckets.consume(sender, 0);
    expect(buckets.consume('a', 0)).toBe(false);
    expect(buckets.consume('b', 0)).toBe(true);
  });
});

describe('warnings', () => {
  it('Warnings come once a minute for one kind and peer, safe to print', () => {
    const warned: Warning[] = [];
    const warnings = new Warnings((warning) => warned.push(warning));
    warnings.add('send', 'a', 'x\u001b', 0);
    warnings.add('send', 'a', 'y', 59_999);
    warnings.add('lookup', 'a', 'z', 59_999);
    warnings.add('send', 'a', 'y', 60_000);
    expect(warned.map(({ message }) => message)).toEqual(['x\\u{1b}', 'z', 'y']);
  });

  it('Warnings about too many strangers are dropped until a minute is over', () => {
    let count = 0;
    const warnings = new Warnings(() => (count += 1));
    for (let i = 0; i < 5000; i += 1) warnings.add('send', String(i), '', i / 1000);
    expect(count).toBe(1000);
    // The minute of the first one is over: only one newcomer replaces it.
    warnings.add('send', 'new', '', 60_000);
    warnings.add('send', 'newer', '', 60_000);
    expect(count).toBe(1001);
    // The second one warns again after its minute, and is the newest then: the third makes way.
    warnings.add('send', '1', '', 60_001);
    warnings.add('send', 'newest', '', 60_002);
    expect(count).toBe(1003);
    warnings.add('send', '1', '', 60_003);
    expect(count).toBe(1003);
  });
});

describe('name lookups', () => {
  /** A resolver whose answers come from the test. */
  function byHand(): {
    readonly asked: string[];
    readonly answer: (host: string) => void;
    readonly lookup: (host: string) => Promise<string>;
  } {
    const asked: string[] = [];
    const waiting = new Map<string, (address: string) => void>();
    return {
      asked,
      answer: (host) => waiting.get(host)?.('127.0.0.1'),
      lookup: (host) => {
        asked.push(host);
        return new Promise((resolve) => waiting.set(host, resolve));
      },
    };
  }

  it('An IP address is not looked up', () => {
    const names = new NameLookup(() => Promise.reject(new Error('no')), new ManualClock(), 1000);
    expect(names.resolve('127.0.0.1:5', true)).toEqual({ host: '127.0.0.1', port: 5 });
    expect(names.resolve('[::1]:5', true)).toEqual({ host: '::1', port: 5 });
  });

  it('Two lookups run at a time, one for names from gossip, configured names first', async () => {
    const { asked, answer, lookup } = byHand();
    const names = new NameLookup(lookup, new ManualClock(), 1000);
    const gossiped = ['g1', 'g2', 'g3'].map((host) => names.resolve(`${host}:1`, false));
    await Promise.resolve();
    expect(asked).toEqual(['g1']);
    const configured = ['c1', 'c2', 'c3'].map((host) => names.resolve(`${host}:1`, true));
    await Promise.resolve();
    expect(asked).toEqual(['g1', 'c1']);
    answer('g1');
    await gossiped[0];
    await Promise.resolve();
    expect(asked).toEqual(['g1', 'c1', 'c2']);
    for (const host of ['c1', 'c2', 'c3', 'g3', 'g2']) {
      await new Promise((resolve) => setImmediate(resolve));
      answer(host);
    }
    await Promise.all([...gossiped, ...configured]);
    expect(asked).toEqual(['g1', 'c1', 'c2', 'c3', 'g3', 'g2']);
  });

  it('Answers and failures are remembered for a while, and a name is looked up once at a time', async () => {
    const clock = new ManualClock();
    let count = 0;
    const names = new NameLookup(
      (host) => {
        count += 1;
        return host === 'bad' ? Promise.reject(new Error('no')) : Promise.resolve('127.0.0.1');
      },
      clock,
      1000,
    );
    await Promise.all([names.resolve('a:1', true), names.resolve('a:2', true)]);
    await expect(names.resolve('bad:1', true)).rejects.toThrow('no');
    await expect(names.resolve('bad:1', true)).rejects.toThrow('no');
    expect(count).toBe(2);
    await clock.advance(1000);
    await names.resolve('a:1', true);
    expect(count).toBe(3);
  });

  it('The answers for 1000 names from gossip are remembered', async () => {
    const asked: string[] = [];
    const lookup = (host: string): Promise<string> => {
      asked.push(host);
      return Promise.resolve('127.0.0.1');
    };
    const names = new NameLookup(lookup, new ManualClock(), 1000);
    for (let i = 0; i < 1001; i += 1) await names.resolve(`g${i}:1`, false);
    await names.resolve('g1:1', false);
    expect(asked).toHaveLength(1001);
    await names.resolve('g0:1', false);
    expect(asked).toHaveLength(1002);
  });

  it('At most 100 names from gossip wait, the newest first', async () => {
    const { asked, answer, lookup } = byHand();
    const names = new NameLookup(lookup, new ManualClock(), 1000);
    const all = Array.from({ length: 102 }, (_, i) => names.resolve(`h${i}:1`, false));
    await expect(all[1]).rejects.toThrow('too many names');
    answer('h0');
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked).toEqual(['h0', 'h101']);
  });

  it('A slow name is looked up once, and its answer counts from when it came', async () => {
    const { asked, answer, lookup } = byHand();
    const clock = new ManualClock();
    const names = new NameLookup(lookup, clock, 1000);
    const all = Array.from({ length: 3 }, async () => names.resolve('slow:1', true));
    await clock.advance(100_000);
    const other = names.resolve('slow:2', true);
    answer('slow');
    await Promise.all([...all, other]);
    await clock.advance(999);
    expect(names.resolve('slow:1', true)).toEqual({ host: '127.0.0.1', port: 1 });
    expect(asked).toEqual(['slow']);
  });

  it.each(['junk', 'fd00::1%eth0', '', '1.2.3', '[::1]', undefined, null, 7, Symbol('x')])(
    'A resolver that returns %s is refused',
    async (found) => {
      const lookup = (): Promise<string> => Promise.resolve(found as string);
      const names = new NameLookup(lookup, new ManualClock(), 1000);
      await expect(names.resolve('a:1', true)).rejects.toThrow('the resolver gave no IP address');
    },
  );

  it('Lookups return addresses in their normal form', async () => {
    const lookup = (): Promise<string> => Promise.resolve('::FFFF:127.0.0.1');
    const names = new NameLookup(lookup, new ManualClock(), 1000);
    expect(await names.resolve('a:1', true)).toEqual({ host: '127.0.0.1', port: 1 });
  });
});

describe('seeded randomness', () => {
  it('Seeded numbers are the same for the same seed', () => {
    const draw = (seed: number): number[] => Array.from({ length: 5 }, seededRandom(seed));
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    expect(draw(3).every((value) => value >= 0 && value < 1)).toBe(true);
    expect(seededBits(seededRandom(1))()).toMatch(/^[0-9a-f]{16}$/);
  });
});
