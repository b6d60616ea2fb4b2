// Receivers that say what cannot be: of what they say nothing may be shown that is not so, or be printed raw.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { exitCodes } from '../../src/output/exit-codes.ts';
import { progressLine } from '../../src/output/progress.ts';
import { exitCodeOf, faultText } from '../../src/sending/result-text.ts';
import { sendTo, type ReceiverState, type SendResult } from '../../src/sending/send-to.ts';
import type { NodeSendOptions, PreparedItem, SendOutcome } from '../../src/sends/outgoing.ts';

type Progress = Parameters<NonNullable<NodeSendOptions['onState']>>[0];

const item = (filename: string, size: number): PreparedItem => ({
  ...{ kind: 'file', filename, size, root: '0'.repeat(64) },
});

/** Sends two things to a receiver that says the same of each. */
async function sent(
  told: readonly Progress[],
  outcome: SendOutcome,
): Promise<{ readonly result: SendResult; readonly states: ReceiverState[] }> {
  const states: ReceiverState[] = [];
  const result = await sendTo({
    node: {
      send: (_item, _to, { onState }) => {
        for (const progress of told) onState?.(progress);
        return Promise.resolve(outcome);
      },
    },
    send: { id: '0'.repeat(16), items: [item('a', 10), item('b', 20)], total: 30 },
    to: '127.0.0.2:1',
    signal: new AbortController().signal,
    giveUpAfter: Infinity,
    onState: (state) => states.push(state),
  });
  return { result, states };
}

const progress = fc.oneof(
  fc.constantFrom<Progress>({ state: 'later' }, { state: 'busy' }),
  fc.maxSafeNat().map((done): Progress => ({ state: 'accepted', done })),
);

it('However many bytes it claims, in whatever order, no more is shown than is sent', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(progress, { maxLength: 10 }), async (told) => {
      const { states } = await sent(told, { state: 'received' });
      for (const { done } of states) {
        expect(done).toBeLessThanOrEqual(30);
        const shown = progressLine({ name: 'desk', received: done, size: 30, rate: 1 }, 79);
        expect(shown.length).toBeLessThan(80);
      }
    }),
  );
});

it('A receiver that says at once that it has all is asked once for each thing', async () => {
  const { result, states } = await sent([], { state: 'received' });
  expect(result).toEqual({ state: 'received', received: 2 });
  expect(states.at(-1)).toEqual({ state: 'accepted', done: 30 });
});

it.each(['\u001b[2J\u001b]0;owned\u0007', 'constructor', '__proto__', 'x'.repeat(2 ** 20), '\n'])(
  'The reason of a failure is shown in one short line, and the exit code is that of a failure',
  async (reason) => {
    const { result } = await sent([{ state: 'accepted', done: 1 }], { state: 'failed', reason });
    expect(exitCodeOf(result)).toBe(exitCodes.failed);
    const text = faultText(result);
    expect(text).toMatch(/^could not receive it: /);
    expect(text).not.toMatch(/\p{Cc}|function|\[object/u);
    expect(text.length).toBeLessThan(600);
  },
);
