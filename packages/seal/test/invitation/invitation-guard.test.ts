import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  InvitationGuard,
  type InvitationRefusal,
  type InvitationRun,
} from '../../src/invitation/index.ts';

const minutes = 60_000;

function begun(run: InvitationRun | InvitationRefusal): InvitationRun {
  if (typeof run === 'string') throw new Error(`refused: ${run}`);
  return run;
}

describe('An invitation', () => {
  it('ends after three wrong guesses', () => {
    const guard = new InvitationGuard({ now: 0 });
    for (let guess = 0; guess < 3; guess += 1) begun(guard.begin(guess)).fail();
    expect(guard.guesses).toBe(3);
    expect(guard.begin(4)).toBe('guessed');
    expect(guard.closed(4)).toBe('guessed');
  });

  it('is for one newcomer', () => {
    const guard = new InvitationGuard({ now: 0 });
    begun(guard.begin(0)).succeed();
    expect(guard.begin(1)).toBe('used');
  });

  it('is for many if it was made so, and wrong guesses count together', () => {
    const guard = new InvitationGuard({ now: 0, many: true });
    for (let guess = 0; guess < 3; guess += 1) {
      for (let newcomer = 0; newcomer < 5; newcomer += 1) begun(guard.begin(0)).succeed();
      begun(guard.begin(0)).fail();
    }
    expect(guard.begin(1)).toBe('guessed');
  });

  it('ends after ten minutes, and a run that has begun goes on', () => {
    const guard = new InvitationGuard({ now: 5 });
    expect(guard.end).toBe(5 + 10 * minutes);
    const run = begun(guard.begin(4 + 10 * minutes));
    expect(guard.begin(5 + 10 * minutes)).toBe('ended');
    run.succeed();
    expect(guard.closed(5 + 10 * minutes)).toBe('used');
  });

  it('lets one newcomer try at a time', () => {
    const guard = new InvitationGuard({ now: 0 });
    const run = begun(guard.begin(0));
    expect(guard.begin(0)).toBe('busy');
    expect(guard.closed(0)).toBeUndefined();
    run.cancel();
    begun(guard.begin(0)).cancel();
  });

  it('never lets more than three guesses or one newcomer through, whatever happens', () => {
    const act = fc.constantFrom('begin', 'succeed', 'fail', 'cancel');
    fc.assert(
      fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
        const guard = new InvitationGuard({ now: 0 });
        const runs: InvitationRun[] = [];
        let [wrong, admitted, open] = [0, 0, false];
        for (const act of acts) {
          if (act === 'begin') {
            const run = guard.begin(1);
            if (typeof run === 'string') continue;
            expect([wrong < 3, admitted, open]).toEqual([true, 0, false]);
            runs.push(run);
            open = true;
          } else {
            runs.at(-1)?.[act]();
            if (open && act === 'fail') wrong += 1;
            if (open && act === 'succeed') admitted += 1;
            open = false;
          }
        }
        expect(guard.guesses).toBe(wrong);
      }),
    );
  });
});
