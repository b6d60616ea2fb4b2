// The order in which messages leave, and those that are dropped.
import type { Message, PeerAddress } from '@peerlane/protocol';
import { describe, expect, it } from 'vitest';
import { NameLookup } from '../../src/sending/name-lookup.ts';
import { Outlet, type Announcer } from '../../src/sending/outlet.ts';
import { maxUnderway } from '../../src/sending/pacer.ts';
import { maxWaiting } from '../../src/sending/send-lanes.ts';
import { bufferedBytes, holdTime, windowBytes } from '../../src/sending/send-window.ts';
import { ManualClock } from '../../src/testing/index.ts';

/** An outlet whose datagrams leave when the test lets them. */
interface Lab {
  readonly clock: ManualClock;
  readonly outlet: Outlet;
  /** The datagrams that the transport was handed. */
  readonly sent: string[];
  readonly warnings: string[];
  /** Lets every datagram leave, or makes every one fail. */
  readonly letGo: (failure?: Error) => Promise<void>;
}

function start({ returnsPings = true, lan = undefined as Announcer | undefined } = {}): Lab {
  const clock = new ManualClock();
  const sent: string[] = [];
  const warnings: string[] = [];
  const leaving: ((failure?: Error) => void)[] = [];
  const transport = {
    address: { host: '10.0.0.1', port: 1 },
    onDatagram: () => undefined,
    close: () => Promise.resolve(),
    send: (bytes: Uint8Array, { host, port }: PeerAddress) => {
      sent.push(`${host}:${port} ${textOf(bytes)}`);
      return new Promise<void>((resolve, reject) =>
        leaving.push((failure) => (failure ? reject(failure) : resolve())),
      );
    },
  };
  const outlet = new Outlet({
    settings: { clock, period: 20_000, allow: () => true, overhead: 0 },
    transport,
    lan,
    names: new NameLookup(() => Promise.reject(new Error('no name')), clock, 1000),
    isConfigured: () => true,
    returnsPings: () => returnsPings,
    onResolved: () => true,
    onSent: () => undefined,
    warn: (kind, peer) => warnings.push(`${kind} ${peer ?? ''}`),
  });
  const letGo = async (failure?: Error): Promise<void> => {
    for (const leave of leaving.splice(0)) leave(failure);
    await clock.advance(0);
  };
  return { clock, outlet, sent, warnings, letGo };
}

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes).trim();

const list = (part: string, ping?: string): Message[] => [
  { type: 'discover', addresses: [`${part}:1`], ...(ping !== undefined && pings(ping)) },
  { type: 'discover', addresses: [`${part}:2`] },
];
const pings = (ping: string): { extension: { v: number; id: string; ping: string } } => ({
  extension: { v: 2, id: '0'.repeat(16), ping: ping.padStart(16, '0') },
});
const hello = (ping = 'a'): Message => ({ type: 'discover', addresses: [], ...pings(ping) });
const pong = (ping = 'a'): Message => ({
  type: 'discover',
  addresses: [],
  extension: { v: 2, id: '1'.repeat(16), pong: ping.padStart(16, '0') },
});
const answer: Message = { type: 'file', method: 1, port: 1 };
const asking = { req: 'c'.repeat(16), ended: false, noteEndpoint: () => undefined };
const get: Message = { type: 'get', filename: 'a', extension: { v: 2, req: asking.req } };
const dead = (i: number): string => `10.1.${i >> 8}.${i & 255}`;
const firstWord = (text: string): string => text.split(/[ \n]/)[0]!;

describe('an outlet on a local network', () => {
  it('An outlet announces messages to the local network, and none once it is closed', async () => {
    const announced: string[] = [];
    const lan = {
      announce: (bytes: Uint8Array) => Promise.resolve(void announced.push(textOf(bytes))),
    };
    const { outlet, sent } = start({ lan });
    const message: Message = { type: 'discover', addresses: ['10.0.0.1:1'] };
    await outlet.announce(message);
    await outlet.close([]);
    await outlet.announce(message);
    expect([announced, sent]).toEqual([['DISCOVER,10.0.0.1:1'], []]);
  });

  it('An outlet passes on why an announcement failed', async () => {
    const { outlet } = start({ lan: { announce: () => Promise.reject(new Error('no route')) } });
    await expect(outlet.announce(hello())).rejects.toThrow('no route');
  });
});

describe('an outlet with more to send than the socket takes', () => {
  const round = (outlet: Outlet, part: string): void => {
    for (let port = 1; port <= maxUnderway; port += 1)
      outlet.toMember(`127.0.0.1:${port}`, list(part));
  };

  it('A full socket makes the newest list of each member wait, and lets answers leave', async () => {
    const { clock, outlet, sent, letGo } = start();
    round(outlet, 'first');
    expect(sent).toHaveLength(maxUnderway);
    round(outlet, 'second');
    outlet.toMember('127.0.0.1:5000', [{ type: 'discover', addresses: [] }]);
    outlet.answer({ host: '127.0.0.1', port: 6000 }, [answer]);
    expect(sent.slice(maxUnderway)).toEqual(['127.0.0.1:6000 File,1,1']);
    for (let i = 0; i < 4; i += 1) {
      await letGo();
      expect(sent.length).toBeLessThanOrEqual((i + 2) * maxUnderway + 1);
    }
    const began = Array.from({ length: maxUnderway / 2 }, (_, i) => [
      `127.0.0.1:${i + 1} DISCOVER,first:1`,
      `127.0.0.1:${i + 1} DISCOVER,first:2`,
    ]).flat();
    const waited = Array.from({ length: maxUnderway / 2 }, (_, i) => [
      `127.0.0.1:${maxUnderway / 2 + i + 1} DISCOVER,second:1`,
      `127.0.0.1:${maxUnderway / 2 + i + 1} DISCOVER,second:2`,
    ]).flat();
    expect(sent.slice(0, maxUnderway)).toEqual(began);
    expect(sent).toEqual(expect.arrayContaining([...waited, '127.0.0.1:5000 DISCOVER,']));
    expect(sent.filter((text) => text.includes('second'))).toHaveLength(2 * maxUnderway);
    expect(clock.pending).toBe(0);
  });

  it('A closed outlet drops everything that waits', async () => {
    const { clock, outlet, sent, letGo } = start();
    round(outlet, 'first');
    const closed = outlet.close([]);
    await letGo();
    await closed;
    await clock.advance(1000);
    expect([sent.length, clock.pending]).toEqual([maxUnderway, 0]);
  });

  it('An outlet sends only answers for a moment after the system had no memory', async () => {
    const { clock, outlet, sent, warnings, letGo } = start();
    outlet.toMember('127.0.0.1:1', list('a'));
    await letGo(Object.assign(new Error('no memory'), { code: 'ENOBUFS' }));
    outlet.toMember('127.0.0.1:2', list('b'));
    outlet.answer({ host: '127.0.0.1', port: 3 }, [answer]);
    expect(sent.slice(2)).toEqual(['127.0.0.1:3 File,1,1']);
    expect(new Set(warnings)).toEqual(new Set(['send ']));
    await clock.advance(249);
    expect(sent).toHaveLength(3);
    await clock.advance(1);
    expect(sent.slice(3)).toEqual(['127.0.0.1:2 DISCOVER,b:1', '127.0.0.1:2 DISCOVER,b:2']);
  });
});

describe('datagrams to hosts that may not be there', () => {
  it('Datagrams to hosts that may not be there hold up no answer', () => {
    const { outlet, sent } = start();
    for (let i = 0; i < 5000; i += 1) outlet.toMember(`${dead(i)}:1`, [hello()]);
    const before = sent.length;
    expect(before).toBeLessThan(maxUnderway);
    for (let i = 0; i < 10; i += 1) outlet.answer({ host: '10.0.0.2', port: 1 }, [answer]);
    expect(sent.length - before).toBe(10);
  });

  it('Datagrams to hosts that may not be there leave within the window, and all of them in the end', async () => {
    const { clock, outlet, sent, letGo } = start();
    const atATime = Math.ceil(windowBytes.greet.unknown / bufferedBytes(60));
    for (let i = 0; i < 1000; i += 1) outlet.toMember(`${dead(i)}:1`, [hello()]);
    for (let seconds = 0; sent.length < 1000; seconds += holdTime / 1000) {
      const before = sent.length;
      await letGo();
      await clock.advance(holdTime - 1);
      expect(sent.length).toBe(before);
      await clock.advance(1);
      expect(sent.length - before).toBeLessThanOrEqual(atATime);
      expect(seconds).toBeLessThan(120);
    }
    expect(sent.map(firstWord)).toEqual(Array.from({ length: 1000 }, (_, i) => `${dead(i)}:1`));
  });

  it('A host that returns a token is sent everything at once, and others get its share of the window', () => {
    const { outlet, sent } = start();
    for (let i = 0; i < 1000; i += 1) outlet.toMember(`${dead(i)}:1`, [hello(String(i))]);
    const before = sent.length;
    outlet.heard(dead(3), pong('3'));
    expect(sent.slice(before).map(firstWord)).toEqual([`${dead(before)}:1`]);
    for (let i = 0; i < 100; i += 1) outlet.toMember(`${dead(3)}:${i + 2}`, [hello()]);
    expect(sent).toHaveLength(before + 101);
  });

  it.each([
    ['from another host', dead(4), '3'],
    ['with another token', dead(3), '4'],
  ])('A pong %s lets nothing more leave', (_what, host, ping) => {
    const { outlet, sent } = start();
    for (let i = 0; i < 1000; i += 1)
      outlet.toMember(`${dead(i)}:1`, [hello(i === 4 ? 'ff' : String(i))]);
    const before = sent.length;
    outlet.heard(host, pong(ping));
    outlet.heard(host, answer);
    expect(sent).toHaveLength(before);
  });

  it('Gets, and messages for known members, overtake greetings of unknown hosts', async () => {
    const { clock, outlet, sent } = start();
    outlet.toMember('10.0.0.2:1', [hello('b')]);
    outlet.heard('10.0.0.2', pong('b'));
    await clock.advance(6000);
    for (let i = 0; i < 1000; i += 1) outlet.toMember(`${dead(i)}:1`, [hello()]);
    const before = sent.length;
    outlet.toMember(`${dead(999)}:1`, [get], asking);
    outlet.toMember('10.0.0.2:1', [hello('c')]);
    expect(sent.slice(before).map(firstWord)).toEqual([`${dead(999)}:1`, '10.0.0.2:1']);
  });

  it('A host that has left something unanswered is not known any more', async () => {
    const { clock, outlet, sent } = start();
    for (const host of ['10.0.0.2', '10.0.0.3']) {
      outlet.toMember(`${host}:1`, [hello('b')]);
      outlet.heard(host, pong('b'));
    }
    await clock.advance(6000);
    outlet.toMember('10.0.0.2:1', [hello('c')]);
    await clock.advance(holdTime);
    const count = Math.ceil(windowBytes.greet.heard / bufferedBytes(60));
    for (let i = 0; i < count; i += 1) outlet.toMember(`${dead(i)}:1`, [get], asking);
    const before = sent.length;
    outlet.toMember('10.0.0.2:1', [hello('d')]);
    outlet.toMember('10.0.0.3:1', [hello('d')]);
    expect(sent.slice(before).map(firstWord)).toEqual(['10.0.0.3:1']);
  });

  it('A host gets the rest of a list once it has answered the first datagram', () => {
    const { outlet, sent } = start();
    outlet.toMember('10.0.0.2:1', list('a', 'a'));
    outlet.toMember('10.0.0.2:1', [hello()]);
    expect(sent).toHaveLength(2);
    outlet.heard('10.0.0.2', pong());
    expect(sent.slice(2)).toEqual(['10.0.0.2:1 DISCOVER,a:2']);
  });

  it('A host gets only the newest list, and no rest of a list after ten seconds', async () => {
    const { clock, outlet, sent } = start();
    outlet.toMember('10.0.0.2:1', list('a', 'a'));
    outlet.toMember('10.0.0.2:1', list('b', 'a'));
    outlet.toMember('10.0.0.3:1', list('c', 'c'));
    outlet.heard('10.0.0.2', pong());
    expect(sent.slice(3)).toEqual(['10.0.0.2:1 DISCOVER,b:2']);
    await clock.advance(9000);
    outlet.toMember('10.0.0.3:1', [hello('c')]);
    await clock.advance(1000);
    outlet.heard('10.0.0.3', pong('c'));
    expect(sent.filter((text) => text.includes('c:2'))).toEqual([]);
  });

  it('A host that returns no pings gets the whole of the newest list', async () => {
    const { clock, outlet, sent, letGo } = start({ returnsPings: false });
    for (const part of ['a', 'b']) {
      for (let i = 0; i < 200; i += 1) outlet.toMember(`${dead(i)}:1`, list(part));
    }
    outlet.toMember(`${dead(199)}:1`, [hello()]);
    for (let i = 0; i < 20; i += 1) {
      await letGo();
      await clock.advance(holdTime);
    }
    const last = sent.filter((text) => text.startsWith(`${dead(199)}:1 `));
    expect(last).toEqual([`${dead(199)}:1 DISCOVER,b:1`, `${dead(199)}:1 DISCOVER,b:2`]);
  });

  it('If too many answers wait, the oldest are dropped with a warning', async () => {
    const { clock, outlet, sent, warnings, letGo } = start();
    for (let i = 0; i < 1000; i += 1) outlet.answer({ host: dead(i), port: 1 }, [answer]);
    const atOnce = sent.length;
    expect(warnings).toHaveLength(1000 - atOnce - maxWaiting.answer);
    expect(new Set(warnings)).toEqual(new Set(['full ']));
    for (let i = 0; i < 100; i += 1) {
      await letGo();
      await clock.advance(holdTime);
    }
    expect(sent).toHaveLength(atOnce + maxWaiting.answer);
    expect(firstWord(sent[atOnce]!)).toBe(`${dead(999)}:1`);
  });
});

describe('goodbyes', () => {
  const goodbyes = (...hosts: readonly string[]): { to: string; messages: Message[] }[] =>
    hosts.map((host) => ({ to: `${host}:1`, messages: [{ type: 'discover', addresses: [] }] }));

  it('Goodbyes go first to the hosts that were confirmed last, and end after two seconds', async () => {
    const { clock, outlet, sent } = start();
    for (const host of ['10.0.0.3', '10.0.0.4']) {
      outlet.toMember(`${host}:1`, [hello()]);
      outlet.heard(host, pong());
      await clock.advance(1000);
    }
    for (let i = 0; i < 1000; i += 1) outlet.toMember(`${dead(i)}:1`, [hello()]);
    const before = sent.length;
    let closed = false;
    const hosts = [dead(1), '10.0.0.3', '10.0.0.4', '127.0.0.1'];
    void outlet.close(goodbyes(...hosts)).then(() => (closed = true));
    expect(sent.slice(before).map(firstWord)).toEqual([
      '127.0.0.1:1',
      '10.0.0.4:1',
      '10.0.0.3:1',
      `${dead(1)}:1`,
    ]);
    await clock.advance(1999);
    expect(closed).toBe(false);
    await clock.advance(1);
    expect([closed, clock.pending]).toEqual([true, 0]);
    expect(sent).toHaveLength(before + 4);
  });
});

describe('the memory of a datagram', () => {
  // The size of a datagram, and the number of them that fill 212,992 bytes: measured on Linux 6.
  it.each([
    [1, 257],
    [160, 257],
    [200, 168],
    [640, 168],
    [700, 94],
    [1400, 94],
  ])('The memory of a datagram of %i bytes is not underrated', (size, count) => {
    expect(bufferedBytes(size)).toBeGreaterThanOrEqual(212_992 / count);
    expect(bufferedBytes(size)).toBeLessThan((2 * 212_992) / count);
  });
});
