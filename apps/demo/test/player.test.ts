// The player of recorded events: live, paused, step by step, slow and in the past.
import { describe, expect, it } from 'vitest';
import { Player } from '../src/page/time/player.ts';
import type { DemoEvent } from '../src/wire/events.ts';

const snapshot: DemoEvent = {
  type: 'snapshot',
  state: { nodes: [], links: [], downloads: [], key: '' },
};

function warning(at: number): DemoEvent {
  return { type: 'warning', seq: at, at, node: 'node1', message: String(at) };
}

/** A player at virtual time, and the times of the messages that it shows. */
class Theatre {
  now = 1000;
  shown: number[] = [];
  readonly player = new Player(
    {
      show: (event) => {
        if (event.type === 'snapshot') this.shown = [];
        if (event.type !== 'warning') return false;
        this.shown.push(event.at);
        return true;
      },
    },
    () => this.now,
  );

  constructor() {
    this.player.hear(snapshot);
  }

  /** Messages arrive, each at its time. */
  hear(...times: readonly number[]): void {
    for (const at of times) {
      this.now = Math.max(this.now, at);
      this.player.hear(warning(at));
    }
  }

  /** Lets time pass, with a tick every 50 ms. */
  pass(milliseconds: number): void {
    for (const end = this.now + milliseconds; this.now < end;) {
      this.now += 50;
      this.player.tick();
    }
  }
}

describe('the time that is shown', () => {
  it('The page is live at first, and shows every event', () => {
    const theatre = new Theatre();
    theatre.hear(1100, 1200);
    expect(theatre.shown).toEqual([1100, 1200]);
    expect(theatre.player).toMatchObject({ pace: 'live', position: 1200, canStep: false });
  });

  it('The player pauses, goes on message by message, and goes live again', () => {
    const theatre = new Theatre();
    const { player } = theatre;
    theatre.hear(1100);
    player.pause();
    theatre.hear(1200, 1300, 1400);
    expect(theatre.shown).toEqual([1100]);
    expect(player).toMatchObject({ position: 1100, canStep: true });
    player.step();
    expect([theatre.shown, player.position]).toEqual([[1100, 1200], 1200]);
    player.goLive();
    expect(theatre.shown).toEqual([1100, 1200, 1300, 1400]);
    theatre.hear(1500);
    expect(theatre.shown.at(-1)).toBe(1500);
  });

  it('The player goes back message by message, and to any time', () => {
    const theatre = new Theatre();
    const { player } = theatre;
    theatre.hear(1100, 1200, 1300);
    player.stepBack();
    expect([theatre.shown, player.position]).toEqual([[1100, 1200], 1200]);
    player.stepBack();
    player.stepBack();
    expect(theatre.shown).toEqual([]);
    expect(player.canStepBack).toBe(false);
    player.seek(1250);
    expect(theatre.shown).toEqual([1100, 1200]);
    player.seek(1150);
    expect([theatre.shown, player.position]).toEqual([[1100], 1150]);
  });

  it('The player replays events at their speed, with the same delay throughout', () => {
    const theatre = new Theatre();
    theatre.hear(1100, 1200, 1300, 4000);
    theatre.player.seek(1150);
    theatre.player.play('normal');
    theatre.pass(100);
    expect([theatre.shown, theatre.player.position]).toEqual([[1100, 1200], 1250]);
    theatre.pass(2000);
    expect(theatre.now - theatre.player.position).toBe(2850);
  });

  it('Slow motion slows messages, and not silence', () => {
    const theatre = new Theatre();
    theatre.hear(1000, 1010, 9000, 9010, 20_000);
    theatre.player.seek(1000);
    theatre.player.play('slow');
    theatre.pass(150);
    expect(theatre.shown).toEqual([1000]);
    theatre.pass(50);
    expect(theatre.shown).toEqual([1000, 1010]);
    // 8 s of silence, of which the last 150 ms pass slowly.
    theatre.pass(7850);
    expect(theatre.shown).toEqual([1000, 1010]);
    theatre.pass(150 * 20);
    expect(theatre.shown).toEqual([1000, 1010, 9000]);
  });

  it('The player forgets the oldest events, and then begins at the first that it keeps', () => {
    const theatre = new Theatre();
    const { player } = theatre;
    theatre.hear(...Array.from({ length: 20_000 }, (_, index) => 1000 + index));
    expect(player.start).toBeGreaterThan(10_000);
    player.seek(player.start);
    expect(theatre.shown).toEqual([player.start]);
    // A paused page whose events are forgotten shows the oldest that are kept.
    theatre.hear(...Array.from({ length: 20_000 }, (_, index) => 30_000 + index));
    expect(theatre.shown).toEqual([player.start]);
  });
});
