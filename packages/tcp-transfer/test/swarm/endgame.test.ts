// When the last pieces of a file are asked for once more, in virtual time.
import { expect, it } from 'vitest';
import { Endgame } from '../../src/swarm/endgame.ts';
import { ManualClock } from '../support/manual-clock.ts';

it('Where nothing else is wanted, a piece may be asked for once more at once', () => {
  const clock = new ManualClock();
  expect(new Endgame({ clock }, () => undefined).mayRepeat).toBe(true);
  const endgame = new Endgame({ clock, areOthersWanted: () => false }, () => undefined);
  expect(endgame.mayRepeat).toBe(true);
});

it('While other files are wanted, the last pieces are left to their sources for a second', () => {
  const clock = new ManualClock();
  let begun = 0;
  const endgame = new Endgame({ clock, areOthersWanted: () => true }, () => (begun += 1));
  clock.advance(5000);
  for (let time = 0; time < 1000; time += 100) {
    expect(endgame.mayRepeat).toBe(false);
    expect(begun).toBe(0);
    clock.advance(100);
  }
  expect(begun).toBe(1);
  expect(endgame.mayRepeat).toBe(true);
});

it('They are asked for once more as soon as no others are wanted', () => {
  const clock = new ManualClock();
  let areOthersWanted = true;
  const endgame = new Endgame({ clock, areOthersWanted: () => areOthersWanted }, () => undefined);
  expect(endgame.mayRepeat).toBe(false);
  areOthersWanted = false;
  expect(endgame.mayRepeat).toBe(true);
});
