// Invitations between machines of a network in memory, in virtual time.
import { once } from 'node:events';
import { ClusterKey, Keyring, SealError } from '@peerlane/seal';
import { parseInvitation } from '@peerlane/seal/invitation';
import { describe, expect, it } from 'vitest';
import { joinCluster, type JoinedCluster } from '../../src/invitation/join-cluster.ts';
import {
  OpenInvitation,
  type InvitationNews,
  type OpenInvitationOptions,
} from '../../src/invitation/open-invitation.ts';
import { MemoryInvitations, passing } from '../support/invitation-network.ts';

const keyring = new Keyring([ClusterKey.generate(), ClusterKey.generate()]);
const never = new AbortController().signal;

interface Inviting {
  readonly opened: OpenInvitation;
  readonly news: InvitationNews[];
  readonly hidden: string[];
}

async function invite(
  net: MemoryInvitations,
  options: Partial<OpenInvitationOptions> = {},
): Promise<Inviting> {
  const [news, hidden] = [[] as InvitationNews[], [] as string[]];
  const opened = await OpenInvitation.open({
    ...{ keyring, name: 'bens-desktop', many: false, signal: never, network: net.at('10.0.0.1') },
    onNews: (each) => news.push(each),
    onHidden: (reason) => hidden.push(reason),
    ...options,
  });
  return { opened, news, hidden };
}

/** Joins with other words than those of an invitation, but with its number. */
const wrong = ({ text }: OpenInvitation): string =>
  text.endsWith('acid-acorn') ? text.replace('acid', 'acre') : text.replace(/-.*/, '-acid-acorn');

async function join(
  net: MemoryInvitations,
  words: string,
  { peer, signal = never }: { readonly peer?: number; readonly signal?: AbortSignal } = {},
): Promise<JoinedCluster | undefined> {
  const invitation = parseInvitation(words);
  const address = peer === undefined ? undefined : { host: '10.0.0.1', port: peer };
  const network = net.at('10.0.0.2');
  const options = { invitation, name: 'anna-laptop', peer: address, network, signal };
  return await passing(net.clock, joinCluster(options));
}

/** The code of the error with which a promise is rejected. */
const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'none',
    (error: unknown) => (SealError.is(error) ? error.code : error),
  );

describe('an invitation', () => {
  it('A newcomer that has the words gets every key, both are told of each other, and the invitation ends', async () => {
    const net = new MemoryInvitations();
    const { opened, news } = await invite(net);
    const joined = await join(net, opened.text);
    expect(joined?.keyring.reveal()).toBe(keyring.reveal());
    expect(joined).toMatchObject({ name: 'bens-desktop', from: opened.address });
    expect(await passing(net.clock, opened.end)).toBe('joined');
    expect(news).toEqual([{ type: 'joined', from: '10.0.0.2', name: 'anna-laptop' }]);
    await opened[Symbol.asyncDispose]();
    expect(await join(net, opened.text)).toBeUndefined();
    expect(net.clock.pending).toBe(0);
  });

  it('Three wrong guesses end it, each is told, and the right words come too late then', async () => {
    const net = new MemoryInvitations();
    const { opened, news } = await invite(net);
    for (let guess = 1; guess <= 3; guess += 1)
      expect(await codeOf(join(net, wrong(opened)))).toBe('wrong-words');
    expect(await codeOf(join(net, opened.text))).toBe('refused');
    expect(news.map((each) => each.type === 'guess' && each.left)).toEqual([2, 1, 0]);
    expect(await passing(net.clock, opened.end)).toBe('guessed');
    await opened[Symbol.asyncDispose]();
  });

  it('After a wrong guess the right words are still good', async () => {
    const net = new MemoryInvitations();
    const { opened } = await invite(net);
    expect(await codeOf(join(net, wrong(opened)))).toBe('wrong-words');
    expect(await join(net, opened.text)).toMatchObject({ name: 'bens-desktop' });
    await opened[Symbol.asyncDispose]();
  });

  it('It ends after ten minutes, and closes what it has opened', async () => {
    const net = new MemoryInvitations();
    const { opened, news } = await invite(net);
    const began = net.clock.now();
    expect(await passing(net.clock, opened.end)).toBe('expired');
    expect(net.clock.now() - began).toBe(600_000);
    await opened[Symbol.asyncDispose]();
    expect(net.inviters).toEqual([]);
    expect(news).toEqual([]);
  });

  it('With `many`, newcomers that come at once all join, one after the other', async () => {
    const net = new MemoryInvitations();
    const { opened, news } = await invite(net, { many: true });
    const all = await Promise.all([1, 2, 3].map(() => join(net, opened.text)));
    expect(all.map((each) => each?.name)).toEqual(Array(3).fill('bens-desktop'));
    expect(news).toHaveLength(3);
    await opened[Symbol.asyncDispose]();
  });

  it('Of two that come at once to an invitation for one, one joins, and the other is told why not', async () => {
    const net = new MemoryInvitations();
    const { opened, news } = await invite(net);
    const both = await Promise.all([1, 2].map(() => codeOf(join(net, opened.text))));
    expect(both.sort()).toEqual(['none', 'refused']);
    expect(news).toHaveLength(1);
    await opened[Symbol.asyncDispose]();
  });

  it('A newcomer that breaks off where it can have tried words has used up a guess, and one before has not', async () => {
    const net = new MemoryInvitations();
    const { opened, news } = await invite(net);
    const network = net.at('10.0.0.2');
    const silent = await network.open(opened.address, never);
    silent.destroy();
    await net.clock.advance(100);
    expect(news).toEqual([]);
    const aborting = new AbortController();
    const joining = codeOf(
      joinCluster({
        ...{ invitation: parseInvitation(wrong(opened)), name: 'x', peer: opened.address },
        ...{ signal: aborting.signal },
        network: {
          ...network,
          open: async (address, signal) => {
            const stream = await network.open(address, signal);
            stream.once('readable', () => stream.destroy());
            return stream;
          },
        },
      }),
    );
    expect(await passing(net.clock, joining)).toBe('broken');
    await net.clock.advance(10_000);
    expect(news).toEqual([{ type: 'guess', from: '10.0.0.2', left: 2 }]);
    await opened[Symbol.asyncDispose]();
  });

  it('A newcomer that takes the keys and breaks off is told, and uses the invitation up', async () => {
    const net = new MemoryInvitations();
    const { opened, news } = await invite(net);
    const network = net.at('10.0.0.2');
    const joining = joinCluster({
      ...{ invitation: parseInvitation(opened.text), name: 'x', peer: opened.address },
      signal: never,
      network: {
        ...network,
        open: async (address, signal) => {
          const stream = await network.open(address, signal);
          const write = stream.write.bind(stream) as (bytes: Uint8Array, then: unknown) => boolean;
          // The frame that says that the keys have come is never sent.
          stream.write = ((bytes: Uint8Array, then: () => void) => {
            if (bytes[0] !== 7) return write(bytes, then);
            stream.destroy();
            return false;
          }) as typeof stream.write;
          return stream;
        },
      },
    });
    await passing(net.clock, codeOf(joining));
    expect(await passing(net.clock, opened.end)).toBe('joined');
    expect(news).toEqual([{ type: 'unconfirmed', from: '10.0.0.2' }]);
    expect(await codeOf(join(net, opened.text))).toBe('refused');
    await opened[Symbol.asyncDispose]();
  });

  it('Its number is one that nobody on the network answers to, as long as there is one', async () => {
    const net = new MemoryInvitations();
    const free = 7;
    const address = { host: '10.0.0.9', port: 1 };
    for (let number = 1; number <= 99; number += 1)
      if (number !== free) net.inviters.push({ number, address });
    // Five attempts of 99 mostly find none free: each invitation is good all the same.
    const { opened } = await invite(net);
    expect(parseInvitation(opened.text).number).toBeGreaterThan(0);
    await opened[Symbol.asyncDispose]();
    net.inviters.length = 0;
    for (let number = 1; number <= 50; number += 1) net.inviters.push({ number, address });
    const numbers = new Set<number>();
    for (let time = 0; time < 20; time += 1) {
      const next = await invite(net);
      numbers.add(parseInvitation(next.opened.text).number);
      await next.opened[Symbol.asyncDispose]();
    }
    // Without a look at the network, half of them would be taken; all five attempts are in 1 of 32.
    expect([...numbers].filter((number) => number <= 50).length).toBeLessThan(8);
  });

  it('Where nobody can find it, it is open at its address, and says why', async () => {
    const net = new MemoryInvitations();
    net.isDeaf = true;
    const { opened, hidden } = await invite(net);
    expect(hidden).toEqual(['the port is in use']);
    expect(await join(net, opened.text)).toBeUndefined();
    const joined = await join(net, opened.text, { peer: opened.address.port });
    expect(joined?.name).toBe('bens-desktop');
    await opened[Symbol.asyncDispose]();
  });
});

describe('joining', () => {
  it('Of several inviters with the number, each is tried once, and wrong words are told before others', async () => {
    const net = new MemoryInvitations();
    const [one, other] = [await invite(net), await invite(net, { many: true })];
    net.inviters.length = 0;
    const { number } = parseInvitation(other.opened.text);
    net.inviters.push({ number, address: { host: '10.0.0.3', port: 5 } });
    net.inviters.push({ number, address: one.opened.address });
    net.inviters.push({ number, address: other.opened.address });
    const joined = await join(net, other.opened.text);
    expect(joined?.from).toEqual(other.opened.address);
    expect(await codeOf(join(net, wrong(other.opened)))).toBe('wrong-words');
    await one.opened[Symbol.asyncDispose]();
    await other.opened[Symbol.asyncDispose]();
  });

  it('A name that the other side sends is handed on as it is, for the one who prints it to make visible', async () => {
    const net = new MemoryInvitations();
    const { opened } = await invite(net, { name: 'a\u001b[31mb\n' });
    expect((await join(net, opened.text))?.name).toBe('a\u001b[31mb\n');
    await opened[Symbol.asyncDispose]();
  });

  it('An inviter that goes silent costs ten seconds, and one that dies is told at once', async () => {
    const net = new MemoryInvitations();
    const { opened } = await invite(net);
    const network = net.at('10.0.0.2');
    const joining = codeOf(
      joinCluster({
        ...{ invitation: parseInvitation(opened.text), name: 'x', peer: opened.address },
        signal: never,
        network: {
          ...network,
          open: async (address, signal) => {
            const stream = await network.open(address, signal);
            net.accepted.at(-1)!.destroy();
            return stream;
          },
        },
      }),
    );
    expect(await passing(net.clock, joining)).toBe('broken');
    expect(net.clock.now()).toBeLessThanOrEqual(10_020);
    await opened[Symbol.asyncDispose]();
  });

  it('Somebody who says very slowly that it is busy is left after ten seconds, for the next inviter', async () => {
    const net = new MemoryInvitations();
    const { opened } = await invite(net);
    const invitation = parseInvitation(opened.text);
    const slow = net.at('10.0.0.3');
    const { address } = await slow.serve(async (stream) => {
      await new Promise<void>((resolve) => {
        slow.clock.schedule(resolve, 9000);
      });
      stream.end(Uint8Array.of(8, 0, 1, 2));
      await once(stream, 'close');
    });
    net.inviters.unshift({ number: invitation.number, address });
    const began = net.clock.now();
    expect(await join(net, opened.text)).toMatchObject({ name: 'bens-desktop' });
    expect(net.clock.now() - began).toBeLessThan(20_000);
    await opened[Symbol.asyncDispose]();
  });

  it('A signal ends a search and a wait for a busy inviter', async () => {
    const net = new MemoryInvitations();
    const { opened } = await invite(net, { many: true });
    const stop = new AbortController();
    const idle = await net.at('10.0.0.3').open(opened.address, never);
    stop.abort(new Error('enough'));
    const joining = join(net, opened.text, { signal: stop.signal });
    expect(await codeOf(joining)).toEqual(new Error('enough'));
    idle.destroy();
    await opened[Symbol.asyncDispose]();
  });
});
