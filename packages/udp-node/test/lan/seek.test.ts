// A newcomer seeks the inviter, and is answered: in virtual time, and on the loopback interface.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PeerAddress } from '@peerlane/protocol';
import { allowNetworks, seekInviters, SeekerAnswers } from '../../src/index.ts';
import { decodeSeek, encodeSeek, type SeekMessage } from '../../src/lan/seek-message.ts';
import { openSeekSocket, type SeekSocket } from '../../src/lan/seek-socket.ts';
import { systemClock } from '../../src/system/clock.ts';
import { systemRandom } from '../../src/system/random.ts';
import { ManualClock } from '../../src/testing/index.ts';
import type { Receive } from '../../src/transport/transport.ts';

const token = '0123456789abcdef';

/** A local network in memory on which questions reach all, and answers one. */
class Link {
  readonly sent: { readonly from: string; readonly to: string; readonly text: string }[] = [];
  readonly #receivers = new Map<string, Receive>();
  readonly #clock: ManualClock;

  constructor(clock: ManualClock) {
    this.#clock = clock;
  }

  /** @param host the address of a machine; the port of a socket is always 9 */
  open(host: string, fails?: Error): SeekSocket & { readonly isClosed: () => boolean } {
    let closed = false;
    const deliver = (datagram: Uint8Array, to: string): void => {
      this.sent.push({ from: host, to, text: Buffer.from(datagram).toString() });
      this.#clock.schedule(() => {
        for (const [name, receive] of this.#receivers)
          if (to === 'all' || to === name) receive(datagram, { host, port: 9 });
      }, 1);
    };
    return {
      onDatagram: (receive) => this.#receivers.set(host, receive),
      ask: (datagram) => {
        if (fails) return Promise.reject(fails);
        deliver(datagram, 'all');
        return Promise.resolve();
      },
      listen: () => undefined,
      answer: (datagram, to) => {
        deliver(datagram, to.host);
        return Promise.resolve();
      },
      close: () => {
        closed = true;
        this.#receivers.delete(host);
        return Promise.resolve();
      },
      isClosed: () => closed,
    };
  }
}

interface Sought {
  readonly found: PeerAddress[];
  readonly over: Promise<unknown>;
  readonly stop: AbortController;
  readonly socket: ReturnType<Link['open']>;
}

function seek(link: Link, clock: ManualClock, own = '192.168.7.2', fails?: Error): Sought {
  const [found, stop] = [[] as PeerAddress[], new AbortController()];
  const socket = link.open(own, fails);
  const options = { number: 4, socket, clock, random: () => token, allow: allowNetworks() };
  const over = (async () => {
    const more = { ownHosts: [own, '127.0.0.1'], timeout: 8000, signal: stop.signal };
    for await (const inviter of seekInviters({ ...options, ...more })) found.push(inviter);
    return 'over';
  })().catch((error: unknown) => error);
  return { found, over, stop, socket };
}

function invite(link: Link, clock: ManualClock, from: string, host = '0.0.0.0'): SeekerAnswers {
  const socket = link.open(from);
  const options = { number: 4, port: 13_790, host, socket, clock, allow: allowNetworks() };
  return new SeekerAnswers(options);
}

describe('the datagrams of a search', () => {
  const messages: fc.Arbitrary<SeekMessage> = fc
    .record({
      number: fc.nat(999_999),
      token: fc.stringMatching(/^[0-9a-f]{16}$/),
      port: fc.integer({ min: 1, max: 65_535 }),
      asks: fc.boolean(),
    })
    .map(({ asks, number, token: drawn, port }) =>
      asks
        ? { type: 'question', number, token: drawn }
        : { type: 'answer', number, token: drawn, port },
    );

  it('Every datagram is read as it was written, and an answer is as long as its question', () => {
    fc.assert(
      fc.property(messages, (message) => {
        const bytes = encodeSeek(message);
        expect(decodeSeek(bytes)).toEqual(message);
        const { number, token: drawn } = message;
        const question = encodeSeek({ type: 'question', number, token: drawn });
        expect(bytes.length).toBe(question.length);
      }),
    );
  });

  it('A question and an answer are the bytes that the protocol shows', () => {
    expect(Buffer.from(encodeSeek({ type: 'question', number: 4, token })).toString()).toBe(
      'Seek,4,0123456789abcdef,00000',
    );
    expect(
      Buffer.from(encodeSeek({ type: 'answer', number: 4, token, port: 413 })).toString(),
    ).toBe('Here,4,0123456789abcdef,00413');
  });

  it('Any other bytes are no datagram of a search', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect(decodeSeek(bytes)).toBeUndefined();
      }),
    );
    for (const text of [
      'Seek,4,0123456789abcdef,00001',
      'Here,4,0123456789abcdef,00000',
      'Here,4,0123456789abcdef,65536',
      'Here,04,0123456789abcdef,00001',
      'Here,4,0123456789ABCDEF,00001',
      'Here,4,0123456789abcdef,00001\n',
      'Get,4\n',
    ])
      expect(decodeSeek(Buffer.from(text)), text).toBeUndefined();
  });
});

describe('seeking', () => {
  it('An inviter is found at once by the host of its answer, and the search ends after half a second', async () => {
    const clock = new ManualClock();
    const link = new Link(clock);
    const answers = invite(link, clock, '192.168.7.1');
    const { found, over, socket } = seek(link, clock);
    await clock.advance(2);
    expect(found).toEqual([{ host: '192.168.7.1', port: 13_790 }]);
    expect(socket.isClosed()).toBe(false);
    await clock.advance(500);
    expect(await over).toBe('over');
    expect(socket.isClosed()).toBe(true);
    await answers.close();
    expect(clock.pending).toBe(0);
  });

  it('An inviter that comes later is found, for the question is repeated', async () => {
    const clock = new ManualClock();
    const link = new Link(clock);
    const { found, over } = seek(link, clock);
    await clock.advance(4000);
    expect(link.sent).toHaveLength(6);
    const answers = invite(link, clock, '192.168.7.1');
    await clock.advance(1000);
    expect(found).toHaveLength(1);
    await clock.advance(500);
    expect(await over).toBe('over');
    await answers.close();
  });

  it('A search that nobody answers ends after its time', async () => {
    const clock = new ManualClock();
    const { found, over } = seek(new Link(clock), clock);
    await clock.advance(8000);
    expect(await over).toBe('over');
    expect(found).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('A signal ends a search with its reason, and one that could send nothing ends with that of the system', async () => {
    const clock = new ManualClock();
    const { over, stop, socket } = seek(new Link(clock), clock);
    await clock.advance(10);
    stop.abort(new Error('enough'));
    expect(await over).toEqual(new Error('enough'));
    expect(socket.isClosed()).toBe(true);
    const failing = seek(new Link(clock), clock, '192.168.7.2', new Error('ENETUNREACH'));
    await clock.advance(8000);
    expect(await failing.over).toEqual(new Error('ENETUNREACH'));
  });

  it('Only answers to the very question count, from networks that are allowed', async () => {
    const clock = new ManualClock();
    const link = new Link(clock);
    const { found, over } = seek(link, clock);
    const to = { host: '192.168.7.2', port: 9 };
    const answer = { type: 'answer', number: 4, token, port: 1 } as const;
    await link.open('192.168.7.3').answer(encodeSeek({ ...answer, number: 5 }), to);
    await link
      .open('192.168.7.4')
      .answer(encodeSeek({ ...answer, token: token.replace('f', 'e') }), to);
    await link.open('203.0.113.1').answer(encodeSeek(answer), to);
    await link.open('192.168.7.6').answer(encodeSeek({ type: 'question', number: 4, token }), to);
    await clock.advance(8000);
    await over;
    expect(found).toEqual([]);
  });

  it('This machine counts once under all of its addresses, and no more than four inviters are told', async () => {
    const clock = new ManualClock();
    const link = new Link(clock);
    const { found, over } = seek(link, clock);
    const to = { host: '192.168.7.2', port: 9 };
    for (const from of ['127.0.0.1', '192.168.7.2', ...[3, 4, 5, 6, 7].map((n) => `10.0.0.${n}`)])
      await link.open(from).answer(encodeSeek({ type: 'answer', number: 4, token, port: 7 }), to);
    await clock.advance(8000);
    await over;
    expect(found.map(({ host }) => host)).toEqual([
      ...['127.0.0.1', '10.0.0.3', '10.0.0.4', '10.0.0.5'],
    ]);
  });

  it('A machine that answers with many ports gets one guess, and hides no other inviter', async () => {
    const clock = new ManualClock();
    const link = new Link(clock);
    const { found, over } = seek(link, clock);
    const to = { host: '192.168.7.2', port: 9 };
    for (const [from, port] of [
      ['10.0.0.3', 1],
      ['10.0.0.3', 2],
      ['10.0.0.3', 3],
      ['10.0.0.3', 4],
      ['10.0.0.4', 5],
    ] as const)
      await link.open(from).answer(encodeSeek({ type: 'answer', number: 4, token, port }), to);
    await clock.advance(8000);
    await over;
    expect(found).toEqual([
      { host: '10.0.0.3', port: 1 },
      { host: '10.0.0.4', port: 5 },
    ]);
  });
});

describe('answering', () => {
  it('An inviter answers only for its number, only allowed networks, and only where its port is reached', async () => {
    const cases = [
      ['0.0.0.0', 4, '192.168.7.9', 1],
      ['::', 4, '127.0.0.1', 1],
      ['0.0.0.0', 5, '192.168.7.9', 0],
      ['0.0.0.0', 4, '203.0.113.9', 0],
      ['127.0.0.1', 4, '127.0.0.1', 1],
      ['127.0.0.1', 4, '192.168.7.9', 0],
      ['192.168.7.1', 4, '127.0.0.1', 0],
    ] as const;
    for (const [host, number, from, expected] of cases) {
      const clock = new ManualClock();
      const link = new Link(clock);
      const answers = invite(link, clock, '192.168.7.1', host);
      await link.open(from).ask(encodeSeek({ type: 'question', number, token }));
      await clock.advance(5);
      const sent = link.sent.filter(({ to }) => to === from);
      expect(sent, `${host} ${number} ${from}`).toHaveLength(expected);
      await answers.close();
    }
  });

  it('A machine that asks on and on gets 16 answers and then four a second, and nobody more bytes than it sent', async () => {
    const clock = new ManualClock();
    const link = new Link(clock);
    const answers = invite(link, clock, '192.168.7.1');
    const asking = link.open('192.168.7.9');
    const question = encodeSeek({ type: 'question', number: 4, token });
    for (let time = 0; time < 100; time += 1) await asking.ask(question);
    await clock.advance(1);
    const received = (): typeof link.sent => link.sent.filter(({ to }) => to === '192.168.7.9');
    expect(received()).toHaveLength(16);
    await clock.advance(1000);
    for (let time = 0; time < 100; time += 1) await asking.ask(question);
    await clock.advance(1);
    expect(received()).toHaveLength(20);
    for (const { text } of received()) expect(text).toHaveLength(question.length);
    await answers.close();
  });
});

describe('on the loopback interface', () => {
  it('A newcomer finds the inviter on its own machine', async () => {
    const port = 20_000 + Math.floor(Math.random() * 9000);
    const [hearing, asking] = [
      await openSeekSocket('127.0.0.1', 'hears', port),
      await openSeekSocket('127.0.0.1', 'asks', port),
    ];
    const common = { number: 123, clock: systemClock, allow: allowNetworks() };
    const answers = new SeekerAnswers({
      ...{ ...common, port: 13_790, host: '127.0.0.1', socket: hearing },
    });
    const signal = new AbortController().signal;
    const search = { ownHosts: ['127.0.0.1'], timeout: 100_000, signal, random: systemRandom };
    for await (const found of seekInviters({ ...common, ...search, socket: asking })) {
      expect(found).toEqual({ host: '127.0.0.1', port: 13_790 });
      break;
    }
    await answers.close();
    await answers.close();
  });
});
