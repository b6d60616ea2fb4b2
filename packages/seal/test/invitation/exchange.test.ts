import fc from 'fast-check';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { duplexPair } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { decodeName, encodeName } from '../../src/invitation/exchange.ts';
import { type Invitation, InvitationGuard, parseInvitation } from '../../src/invitation/index.ts';
import { accept, admit, keyring, outcome, wrong } from '../support/exchange.ts';
import { wire } from '../support/wire.ts';

describe('An exchange', () => {
  it('gives the newcomer all keys, and each side the name of the other', async () => {
    const guard = new InvitationGuard({ now: 0 });
    const between = wire();
    const [admitted, joined] = await Promise.all([admit(between, { guard }), accept(between)]);
    expect(admitted).toEqual({ name: 'laptop' });
    expect(joined.name).toBe('desk');
    expect(joined.keyring.reveal()).toBe(keyring.reveal());
    expect(guard.closed(1)).toBe('used');
    expect([between.newcomer.destroyed, between.inviter.destroyed]).toEqual([true, true]);
  });

  it('works over the streams of Node, of which neither ends before the other', async () => {
    const [newcomer, inviter] = duplexPair();
    const [, joined] = await Promise.all([admit({ inviter }), accept({ newcomer })]);
    expect(joined.keyring.reveal()).toBe(keyring.reveal());
  });

  it('works over TCP, where a refusal arrives too', async () => {
    const guard = new InvitationGuard({ now: 0 });
    const server = createServer({ allowHalfOpen: true });
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
    });
    const meet = async (words?: Invitation): Promise<string[]> => {
      const connection = once(server, 'connection') as Promise<[Socket]>;
      const newcomer = connect({ port, host: '127.0.0.1' });
      const joining = outcome(accept({ newcomer }, words && { words }));
      const [inviter] = await connection;
      return Promise.all([outcome(admit({ inviter }, { guard })), joining]);
    };
    expect(await meet(wrong)).toEqual(['wrong-words', 'wrong-words']);
    expect(await meet()).toEqual(['ok', 'ok']);
    expect(await meet()).toEqual(['refused', 'refused']);
    server.close();
    await once(server, 'close');
  });

  it('shows neither keys nor names to who watches', async () => {
    const between = wire();
    await Promise.all([admit(between), accept(between)]);
    const all = Buffer.concat([between.sent('newcomer'), between.sent('inviter')]).toString(
      'latin1',
    );
    for (const secret of ['laptop', 'desk', 'peerlane-key', 'icon', 'fox'])
      expect(all).not.toContain(secret);
  });

  it('works byte by byte, and split at every place', async () => {
    const single = wire({ carry: (_, bytes) => [...bytes].map((byte) => Uint8Array.of(byte)) });
    expect(await Promise.all([outcome(admit(single)), outcome(accept(single))])).toEqual([
      'ok',
      'ok',
    ]);
    for (let at = 1; at < 40; at += 3) {
      const split = wire({ carry: (_, bytes) => [bytes.subarray(0, at), bytes.subarray(at)] });
      expect(await Promise.all([outcome(admit(split)), outcome(accept(split))])).toEqual([
        'ok',
        'ok',
      ]);
    }
  });

  it('carries names of any characters, cut after 64', async () => {
    for (const name of ['', 'é€😀\u0000\u001b[31m', '😀'.repeat(70)]) {
      const between = wire();
      const [admitted, joined] = await Promise.all([
        admit(between, { name }),
        accept(between, { name }),
      ]);
      const expected = Array.from(name).slice(0, 64).join('');
      expect([admitted.name, joined.name]).toEqual([expected, expected]);
    }
    fc.assert(
      fc.property(fc.array(fc.nat(0x10ffff), { maxLength: 90 }), (points) => {
        const name = String.fromCodePoint(...points);
        const expected = Array.from(name).slice(0, 64).join('').toWellFormed();
        expect(decodeName(encodeName(name))).toBe(expected);
      }),
    );
    expect(() => decodeName(Buffer.from('a'.repeat(65)))).toThrow(/too long/);
    expect(() => decodeName(Uint8Array.of(0xff))).toThrow(/something else than text/);
  });

  it('tells both sides of wrong words, and counts a guess', async () => {
    const guard = new InvitationGuard({ now: 0 });
    const between = wire();
    const sides = [admit(between, { guard }), accept(between, { words: wrong })];
    expect(await Promise.all(sides.map(outcome))).toEqual(['wrong-words', 'wrong-words']);
    expect(guard.guesses).toBe(1);
    // A hello, a proof, and nothing that the proof of the inviter could be tested with.
    expect(between.sent('inviter').length).toBe(35 + 4);
  });

  it('refuses the fourth try after three wrong guesses, even with the right words', async () => {
    const guard = new InvitationGuard({ now: 0 });
    for (let guess = 0; guess < 3; guess += 1) {
      const between = wire();
      await Promise.all([
        outcome(admit(between, { guard })),
        outcome(accept(between, { words: wrong })),
      ]);
    }
    const between = wire();
    const joining = accept(between);
    expect(await outcome(admit(between, { guard }))).toBe('refused');
    await expect(joining).rejects.toThrow(/ended after three wrong guesses/);
  });

  it('refuses a second newcomer after the first, and everybody after ten minutes', async () => {
    const guard = new InvitationGuard({ now: 0 });
    const first = wire();
    await Promise.all([admit(first, { guard }), accept(first)]);
    const second = wire();
    const late = wire();
    const sides = [
      admit(second, { guard }),
      admit(late, { guard: new InvitationGuard({ now: 0 }), now: 600_000 }),
    ];
    await expect(accept(second)).rejects.toThrow(/was used/);
    await expect(accept(late)).rejects.toThrow(/has ended/);
    expect(await Promise.all(sides.map(outcome))).toEqual(['refused', 'refused']);
  });

  it('tells the second of two newcomers at once that the inviter is busy', async () => {
    const guard = new InvitationGuard({ now: 0 });
    const first = wire();
    const admitting = admit(first, { guard });
    const { newcomer } = first;
    const second = wire();
    // The first says hello, and nothing more before the second has come.
    const hello = wire();
    void outcome(accept(hello));
    newcomer.write(hello.sent('newcomer'));
    await new Promise((resolve) => newcomer.once('readable', resolve));
    expect(await Promise.all([outcome(admit(second, { guard })), outcome(accept(second))])).toEqual(
      ['busy', 'busy'],
    );
    newcomer.destroy();
    expect(await outcome(admitting)).toBe('broken');
    expect(guard.guesses).toBe(1);
  });

  it('refuses another number, which is no guess', async () => {
    const guard = new InvitationGuard({ now: 0 });
    const between = wire();
    const admitting = outcome(admit(between, { guard }));
    await expect(accept(between, { words: parseInvitation('5-icon-fox') })).rejects.toThrow(
      /no invitation with this number/,
    );
    expect(await admitting).toBe('refused');
    expect(guard.guesses).toBe(0);
  });

  it('ends when its signal aborts, on either side, and counts a guess after the share', async () => {
    const guard = new InvitationGuard({ now: 0 });
    const stop = new AbortController();
    const silent = wire();
    const sides = [
      admit(silent, { guard, signal: stop.signal }),
      accept(wire(), { signal: stop.signal }),
    ];
    const stuck = wire({ carry: (from, bytes) => (from === 'inviter' ? [] : [bytes]) });
    sides.push(
      admit(stuck, { guard, signal: stop.signal }),
      accept(stuck, { signal: stop.signal }),
    );
    await new Promise((resolve) => setImmediate(resolve));
    stop.abort();
    expect(await Promise.all(sides.map(outcome))).toEqual(Array(4).fill('broken'));
    expect(guard.guesses).toBe(1);
    expect(stuck.inviter.destroyed).toBe(true);
    expect(await outcome(admit(wire(), { signal: AbortSignal.abort() }))).toBe('broken');
  });
});
