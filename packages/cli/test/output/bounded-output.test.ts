// Output to a reader that stands still.
import { Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { boundedOutput, lostText, maxQueuedBytes } from '../../src/output/bounded-output.ts';

/** An output whose reader stands still until it is told to go on. */
function standingStill() {
  let text = '';
  let goOn: (() => void) | undefined;
  let isStill = true;
  const target = new Writable({
    decodeStrings: false,
    write: (chunk: string, _encoding, done) => {
      text += chunk;
      if (isStill) goOn = done;
      else done();
    },
  });
  return {
    target,
    lines: () => text.split('\n').slice(0, -1),
    goOn: async () => {
      isStill = false;
      goOn?.();
      await setImmediate();
    },
  };
}

describe('a reader that stands still', () => {
  const line = `${'x'.repeat(2999)}\n`;

  it('lets at most a megabyte wait for it, however much there is to say', () => {
    const { target } = standingStill();
    const output = boundedOutput(target);
    for (let i = 0; i < 10_000; i += 1) output.write(line);
    expect(target.writableLength).toBeLessThanOrEqual(maxQueuedBytes);
    expect(target.writableLength).toBeGreaterThan(maxQueuedBytes - line.length);
    expect(output.writableLength).toBe(0);
  });

  it('gets a line that says how many were dropped once it goes on, and all that follow', async () => {
    const { target, lines, goOn } = standingStill();
    const output = boundedOutput(target);
    for (let i = 0; i < 1000; i += 1) output.write(line);
    output.write('one\ntwo\n');
    const waiting = Math.floor(maxQueuedBytes / line.length);
    await goOn();
    output.write('later\n');
    expect(lines()).toHaveLength(waiting + 2);
    expect(lines().slice(-2)).toEqual([lostText(1000 - waiting + 2), 'later']);
    expect(lostText(7)).toBe('… 7 lines were dropped: the reader is too slow');
  });

  it('A reader that keeps pace gets every line', () => {
    let text = '';
    const target = new Writable({
      decodeStrings: false,
      write: (chunk: string, _encoding, done) => {
        text += chunk;
        done();
      },
    });
    const output = boundedOutput(target);
    for (let i = 0; i < 1000; i += 1) output.write(line);
    expect(text).toBe(line.repeat(1000));
  });
});
