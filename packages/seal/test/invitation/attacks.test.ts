import { describe, expect, it } from 'vitest';
import { InvitationGuard } from '../../src/invitation/index.ts';
import { accept, admit, outcome } from '../support/exchange.ts';
import { type Side, wire } from '../support/wire.ts';

/** How many bytes each frame of a run has, in their order, and who sends it. */
const frames: readonly (readonly [Side, string, number])[] = [
  ['newcomer', 'hello', 37],
  ['inviter', 'share', 35],
  ['newcomer', 'newcomerProof', 35],
  ['inviter', 'inviterProof', 35],
  ['newcomer', 'newcomerName', 25],
  ['inviter', 'keyring', 143],
  ['newcomer', 'done', 19],
];

/** A run in which the frame with an index is replaced; `null` cuts the wire. */
async function run(
  index: number,
  replace: (frame: Buffer) => readonly (Uint8Array | null)[],
  guard = new InvitationGuard({ now: 0 }),
): Promise<{ ends: string[]; guesses: number }> {
  let count = -1;
  const between = wire({
    carry: (_, bytes) => {
      count += 1;
      return count === index ? replace(bytes) : [bytes];
    },
  });
  const sides = [admit(between, { guard }), accept(between)];
  const ends = await Promise.all(sides.map(outcome));
  // Nothing holds the invitation any more.
  expect(guard.begin(1)).not.toBe('busy');
  return { ends, guesses: guard.guesses };
}

const changed = (bytes: Buffer, at: number, bits = 0x40): Buffer => {
  const copy = Buffer.from(bytes);
  copy[at]! ^= bits;
  return copy;
};

describe('Somebody on the wire', () => {
  it('lets nobody in by changing a byte, whichever it is', async () => {
    for (const [index, [, name, length]] of frames.entries()) {
      const places = Array.from({ length }, (_, at) => at).filter((at) => at < 6 || at % 7 === 0);
      for (const at of places) {
        // A length that is too large would be waited for.
        const isLength = at === 1 || at === 2;
        const { ends } = await run(index, (bytes) => [
          changed(bytes, at),
          ...(isLength ? [null] : []),
        ]);
        expect(ends[0], `${name} ${at}`).not.toBe('ok');
        // The newcomer has the keys before it says so.
        if (name !== 'done') expect(ends[1], `${name} ${at}`).not.toBe('ok');
      }
    }
  });

  it('makes both sides end with an error by cutting any frame short', async () => {
    for (const [index, [, name, length]] of frames.entries()) {
      for (const kept of [0, 1, 2, 3, 4, length - 1]) {
        const { ends } = await run(index, (bytes) => [bytes.subarray(0, kept), null]);
        expect(ends, `${name} ${kept}`).toEqual(['broken', name === 'done' ? 'ok' : 'broken']);
      }
    }
  });

  it('costs a guess by breaking off between the share and the proof of the newcomer, and else none', async () => {
    const guesses = [];
    for (const index of frames.keys()) guesses.push((await run(index, () => [null])).guesses);
    expect(guesses).toEqual([0, 1, 1, 0, 0, 0, 0]);
  });

  it('cannot use what was said in another run', async () => {
    const old = wire();
    await Promise.all([admit(old), accept(old)]);

    const guard = new InvitationGuard({ now: 0 });
    const toInviter = wire();
    toInviter.newcomer.write(old.sent('newcomer'));
    expect(await outcome(admit(toInviter, { guard, byte: 8 }))).toBe('wrong-words');
    expect(guard.guesses).toBe(1);

    const toNewcomer = wire();
    toNewcomer.inviter.write(old.sent('inviter'));
    expect(await outcome(accept(toNewcomer, { byte: 8 }))).toBe('wrong-words');
  });

  it('cannot answer a newcomer with what the newcomer says', async () => {
    const between = wire();
    between.inviter.on('data', (bytes: Buffer) => {
      // The share of a hello as a share, and a proof as the other side's.
      const [type, body] = bytes[0] === 1 ? [2, bytes.subarray(5)] : [4, bytes.subarray(3)];
      between.inviter.write(Buffer.concat([Uint8Array.of(type, 0, 32), body]));
    });
    expect(await outcome(accept(between))).toBe('broken');
    expect(between.sent('newcomer')).toHaveLength(37);
  });

  it('cannot answer a proof with the same proof', async () => {
    const { ends } = await run(3, () => [null]);
    expect(ends).toEqual(['broken', 'broken']);
    const between = wire({
      carry: (from, bytes) =>
        from === 'inviter' && bytes[0] === 4
          ? [Uint8Array.of(4, 0, 32), between.sent('newcomer').subarray(40, 72)]
          : [bytes],
    });
    const sides = [admit(between), accept(between)];
    expect(await Promise.all(sides.map(outcome))).toEqual(['broken', 'wrong-words']);
  });

  it('cannot set two newcomers, or two inviters, on each other', async () => {
    const newcomers = wire();
    const { newcomer, inviter } = newcomers;
    const both = [accept({ newcomer }), accept({ newcomer: inviter }, { byte: 8 })];
    expect(await Promise.all(both.map(outcome))).toEqual(['broken', 'broken']);

    const guard = new InvitationGuard({ now: 0 });
    const stop = new AbortController();
    const given = { guard, signal: stop.signal };
    const inviters = wire();
    const sides = [admit(inviters, given), admit({ inviter: inviters.newcomer }, given)];
    stop.abort();
    expect(await Promise.all(sides.map(outcome))).toEqual(['broken', 'broken']);
    expect(guard.guesses).toBe(0);
  });

  it('cannot make a newcomer ask again, and so guess again, by being busy after it has shown its proof', async () => {
    for (let reason = 2; reason <= 7; reason += 1) {
      const { ends } = await run(3, () => [Uint8Array.of(8, 0, 1, reason)]);
      expect(ends[1], `reason ${reason}`).toBe('broken');
    }
  });

  it('cannot take the keys and leave an invitation for one machine open by hiding the end', async () => {
    for (const index of [5, 6]) {
      const guard = new InvitationGuard({ now: 0 });
      expect((await run(index, () => [null], guard)).ends[0]).toBe('broken');
      expect(guard.closed(1), frames[index]![1]).toBe('used');
    }
  });

  it('gets nothing for a share that is no point or the neutral element, and it is no guess', async () => {
    for (const fill of [0, 0xff]) {
      const share = new Uint8Array(32).fill(fill);
      const guard = new InvitationGuard({ now: 0 });
      const toInviter = wire();
      toInviter.newcomer.write(Buffer.concat([Uint8Array.of(1, 0, 34, 1, 4), share]));
      expect(await outcome(admit(toInviter, { guard }))).toBe('broken');
      expect([guard.guesses, toInviter.sent('inviter').length]).toEqual([0, 0]);

      const toNewcomer = wire();
      toNewcomer.inviter.write(Buffer.concat([Uint8Array.of(2, 0, 32), share]));
      expect(await outcome(accept(toNewcomer))).toBe('broken');
      expect(toNewcomer.sent('newcomer')).toHaveLength(37);
    }
  });
});

describe('A stranger', () => {
  it('that says anything but a hello is cut off at its first three bytes, and it is no guess', async () => {
    const bad = [
      'GET',
      '\u0016\u0003\u0001',
      '\u0001\u0010\u0001',
      '\u0001\u00ff\u00ff',
      '\u0002\u0000\u0020',
    ];
    for (const text of bad) {
      const guard = new InvitationGuard({ now: 0 });
      const between = wire();
      between.newcomer.write(text, 'latin1');
      expect(await outcome(admit(between, { guard }))).toBe('broken');
      expect(guard.guesses).toBe(0);
      expect(between.inviter.destroyed).toBe(true);
    }
  });

  it('with another version is told so, however long its hello is', async () => {
    const between = wire();
    between.newcomer.write(Buffer.concat([Uint8Array.of(1, 16, 0, 2), Buffer.alloc(4095)]));
    expect(await outcome(admit(between))).toBe('refused');
    expect(between.sent('inviter').toString('hex')).toBe('08000107');
  });

  it('with a hello of another length is cut off, and it is no guess', async () => {
    const guard = new InvitationGuard({ now: 0 });
    for (const length of [1, 33, 35]) {
      const between = wire();
      const body = Buffer.alloc(length, 1);
      between.newcomer.write(Buffer.concat([Uint8Array.of(1, 0, length), body]));
      expect(await outcome(admit(between, { guard }))).toBe('broken');
    }
    expect(guard.guesses).toBe(0);
  });
});
