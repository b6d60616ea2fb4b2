// Questions whether sends are wanted: one at a time, and none answered that was not read.
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { IncomingQuestions } from '../../src/receiving/incoming-questions.ts';
import type { IncomingSend } from '../../src/sends/incoming.ts';

const never = new AbortController().signal;

const send = (id: string, from = 'anna', address = '10.0.0.1'): IncomingSend => ({
  ...{ id, from, address, items: 1, total: 1 },
  first: { kind: 'file', filename: `${id}.txt`, size: 1 },
});

/** Questions, and the lines that were shown. */
function asking(now: () => number = () => 0): {
  readonly questions: IncomingQuestions;
  readonly shown: string[];
  readonly screen: { isTyping: boolean };
} {
  const shown: string[] = [];
  const screen = {
    isTyping: false,
    say: (...lines: readonly (string | readonly string[])[]) => {
      shown.push(...lines.flat());
    },
  };
  return { questions: new IncomingQuestions(screen, () => false, now), shown, screen };
}

describe('questions for a person', () => {
  it.each([
    ['y', true],
    [' Yes ', true],
    ['n', false],
    ['NO', false],
    ['a', true],
  ])('%j is an answer', async (line, accepted) => {
    const { questions } = asking();
    const answer = questions.ask(send('one'), never);
    expect(questions.answer('list')).toBe(false);
    expect(questions.answer(line)).toBe(true);
    expect(await answer).toBe(accepted);
    expect(questions.answer('y')).toBe(false);
  });

  it('The next question comes when the first is answered', async () => {
    const { questions, shown } = asking();
    const both = [questions.ask(send('one'), never), questions.ask(send('two'), never)];
    expect(shown.join()).toContain('one.txt');
    expect(shown.join()).not.toContain('two.txt');
    questions.answer('n');
    expect(shown.join()).toContain('two.txt');
    questions.answer('y');
    expect(await Promise.all(both)).toEqual([false, true]);
  });

  it('Always holds for the same name at the same address, and for what waits of it', async () => {
    const { questions } = asking();
    const first = questions.ask(send('one'), never);
    const waiting = questions.ask(send('two'), never);
    const other = questions.ask(send('three', 'ben'), never);
    questions.answer('a');
    expect(await Promise.all([first, waiting])).toEqual([true, true]);
    expect(await questions.ask(send('four'), never)).toBe(true);
    const elsewhere = questions.ask(send('five', 'anna', '10.0.0.2'), never);
    questions.answer('n');
    questions.answer('n');
    expect(await Promise.all([other, elsewhere])).toEqual([false, false]);
  });

  it('A question of a sender that has left is withdrawn, and the next one is asked', async () => {
    const { questions, shown } = asking();
    const left = new AbortController();
    const first = questions.ask(send('one'), left.signal);
    const second = questions.ask(send('two'), never);
    left.abort();
    expect(await first).toBe(false);
    expect(shown).toContain('"anna" (10.0.0.1) no longer offers "one.txt" (1 B).');
    questions.answer('y');
    expect(await second).toBe(true);
  });

  it('A person who leaves is not told that the sender has', async () => {
    const { questions, shown } = asking();
    const closed = new AbortController();
    expect(questions.isAsking).toBe(false);
    const asked = questions.ask(send('one'), closed.signal);
    expect(questions.isAsking).toBe(true);
    questions.close();
    const before = [...shown];
    closed.abort();
    expect(await asked).toBe(false);
    expect(shown).toEqual(before);
  });

  it('While a line is typed no question is asked: the line answers none that was not shown', () => {
    vi.useFakeTimers();
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const { questions, shown, screen } = asking();
    screen.isTyping = true;
    void questions.ask(send('one'), never);
    expect(shown).toEqual([]);
    expect(questions.answer('y')).toBe(false);
    screen.isTyping = false;
    vi.advanceTimersByTime(200);
    expect(shown.join()).toContain('one.txt');
    expect(questions.answer('y')).toBe(true);
  });

  it('After two noes a machine that goes on asking is declined for ten minutes, under any name', async () => {
    let now = 0;
    const { questions, shown } = asking(() => now);
    const first = questions.ask(send('one'), never);
    const waiting = ['two', 'three'].map((id) => questions.ask(send(id, `other ${id}`), never));
    const other = questions.ask(send('four', 'ben', '10.0.0.2'), never);
    questions.answer('n');
    questions.answer('n');
    expect(await Promise.all([first, ...waiting])).toEqual([false, false, false]);
    expect(shown).toContain('All that 10.0.0.1 offers in the next 10 minutes is declined.');
    expect(shown.join()).not.toContain('three.txt');
    expect(shown.at(-2)).toContain('four.txt');
    const { length } = shown;
    for (let id = 0; id < 100; id += 1)
      expect(await questions.ask(send(String(id), String(id)), never)).toBe(false);
    expect(shown.length).toBe(length);
    questions.answer('y');
    expect(await other).toBe(true);
    now = 10 * 60_000;
    const later = questions.ask(send('five'), never);
    expect(questions.answer('n')).toBe(true);
    expect(await later).toBe(false);
    const again = questions.ask(send('six'), never);
    expect(questions.answer('y')).toBe(true);
    expect(await again).toBe(true);
  });

  it('A yes forgets the no before it, and all addresses of one network of IPv6 are one machine', async () => {
    const { questions } = asking();
    const answered = (id: string, address: string, line: string): Promise<boolean> => {
      const answer = questions.ask(send(id, 'anna', address), never);
      questions.answer(line);
      return answer;
    };
    for (const id of ['one', 'two']) {
      expect(await answered(id, 'fd00::1', 'n')).toBe(false);
      expect(await answered(id, 'fd00::2', 'y')).toBe(true);
    }
    expect(await answered('three', 'fd00::3', 'n')).toBe(false);
    expect(await answered('four', 'fd00::4', 'n')).toBe(false);
    expect(await questions.ask(send('five', 'anna', 'fd00::5'), never)).toBe(false);
  });
});
