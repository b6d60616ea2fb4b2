// The progress of a download: its line in windows of any width, and what remains on the terminal.
import fc from 'fast-check';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { OutputLine, type LiveLine } from '../../src/output/live-line.ts';
import { Progress, progressLine, type ProgressState } from '../../src/output/progress.ts';
import { RateMeter } from '../../src/text/rate-meter.ts';
import { table } from '../../src/text/table.ts';
import { shortenText, textWidth } from '../../src/text/text-width.ts';
import { TerminalDialogue } from '../../src/session/terminal-dialogue.ts';
import { Screen } from '../support/screen.ts';

const halfway: ProgressState = {
  name: 'holiday pictures.zip',
  received: 150e6,
  size: 300e6,
  rate: 25e6,
  sources: 2,
};

describe('the line of a download', () => {
  it('In a narrow window the bar, the name and the sizes give way to the rate and the time left', () => {
    const lines = [120, 79, 60, 50, 40, 30, 24].map((columns) => progressLine(halfway, columns));
    expect(lines).toEqual([
      'holiday pictures.zip [===============               ] 50%  150 MB of 300 MB  25 MB/s  0:06 left  2 sources',
      'holiday ~ [====    ] 50%  150 MB of 300 MB  25 MB/s  0:06 left  2 sources',
      'holiday pictures.zip [====    ] 50%  25 MB/s  0:06 left',
      'holiday p~ [====    ] 50%  25 MB/s  0:06 left',
      'holiday pi~ 50%  25 MB/s  0:06 left',
      '50%  25 MB/s  0:06 left',
      '50%  25 MB/s  0:06 left',
    ]);
  });

  it('The line of a download fits the window, with the rate and the time left, for any file', () => {
    const state = fc.record({
      name: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
      received: fc.nat({ max: 1e12 }),
      size: fc.nat({ max: 1e12 }),
      rate: fc.constantFrom(0, 1e3, 25e6, 3e9),
      sources: fc.option(fc.nat({ max: 99 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(state, fc.integer({ min: 1, max: 200 }), (each, columns) => {
        const shown = { ...each, size: Math.max(each.size, each.received) };
        const line = progressLine(shown, columns);
        expect(textWidth(line)).toBeLessThanOrEqual(columns);
        if (each.rate >= 25e6 && columns >= 30)
          expect(line).toMatch(/\d [kMG]?B\/s {2}[\d:]+ left/);
      }),
    );
  });

  it('The line of a download says that it is stalled, without a rate, until something comes', () => {
    let now = 0;
    const lines: string[] = [];
    const live: LiveLine = {
      columns: 100,
      show: (line) => lines.push(line),
      clear: () => undefined,
    };
    const progress = new Progress(live, 'a.bin', () => now);
    for (; now <= 2000; now += 500) progress.update(now * 1000, 10e6, 1);
    expect(lines.at(-1)).toContain('1.0 MB/s  0:08 left');
    for (; now < 4900; now += 500) progress.check();
    expect(lines.at(-1)).not.toContain('stalled');
    now = 5000;
    progress.check();
    expect(lines.at(-1)).toMatch(/ 20% {2}2\.0 MB of 10 MB {2}stalled, waiting for a source$/);
    now = 60_000;
    progress.update(3e6, 10e6, 1);
    expect(lines.at(-1)).toContain('30%  3.0 MB of 10 MB');
    expect(lines.at(-1)).not.toMatch(/stalled|left/);
    now += 500;
    progress.update(4e6, 10e6, 1);
    expect(lines.at(-1)).toContain('2.0 MB/s  0:03 left');
    progress.stop();
  });

  it('A folder that is still being listed has no share and no time left, and a rate from then on', () => {
    let now = 0;
    const lines: string[] = [];
    const live: LiveLine = {
      columns: 80,
      show: (line) => lines.push(line),
      clear: () => undefined,
    };
    const progress = new Progress(live, 'photos/', () => now);
    const state = { files: 0, listedFiles: 0, received: 0, listedBytes: 0, sources: 1 };
    progress.updateFolder({ ...state, isListed: false });
    now = 1000;
    const some = { ...state, files: 1, listedFiles: 9, received: 2000, listedBytes: 9e6 };
    progress.updateFolder({ ...some, isListed: false });
    expect(lines).toEqual([
      'photos/ listing  0 B  1 source',
      'photos/ listing, 1 file done  2.0 kB  2.0 kB/s  1 source',
    ]);
    now = 2000;
    progress.updateFolder({ ...some, isListed: true });
    expect(lines.at(-1)).toMatch(/^photos\/ \[ +\] 0% {2}1 of 9 files/);
    expect(lines.at(-1)).not.toContain('left');
    now = 2500;
    progress.updateFolder({ ...some, received: 502_000, isListed: true });
    expect(lines.at(-1)).toMatch(/ 5% {2}1 of 9 files .*1\.0 MB\/s {2}0:09 left/);
    progress.stop();
  });

  it('The line of a folder fits the window, and files, rate and time left outlast bytes', () => {
    const folder = { ...halfway, name: 'photos/', files: '120 of 340 files' };
    expect([120, 80, 60, 40].map((columns) => progressLine(folder, columns - 1))).toEqual([
      'photos/ [===============               ] 50%  120 of 340 files  150 MB of 300 MB  25 MB/s  0:06 left  2 sources',
      'photos/ [===========           ] 50%  120 of 340 files  25 MB/s  0:06 left',
      'photos/ [==========          ] 50%  25 MB/s  0:06 left',
      'photos/ 50%  25 MB/s  0:06 left',
    ]);
  });

  it('The bar has one width while the figures grow', () => {
    const widths = [0, 5e6, 9.9e6, 10e6, 99e6, 100e6, 299e6].map((received) => {
      const line = progressLine({ ...halfway, received, rate: received / 3 }, 100);
      return /\[(.*)\]/.exec(line)?.[1]!.length;
    });
    expect(new Set(widths).size).toBe(1);
  });

  it('The bar is full when everything was received, also if that is nothing', () => {
    expect(progressLine({ ...halfway, received: 300e6 }, 100)).toMatch(/\[=+\] 100% /);
    const empty = { name: 'a', received: 0, size: 0, rate: 0 };
    expect(progressLine(empty, 60)).toMatch(/^a \[=+\] 100% {2}0 B of 0 B$/);
  });

  it('The line is drawn ten times a second at most, with the rate of the last seconds', () => {
    const shown: string[] = [];
    const line: LiveLine = {
      columns: 90,
      show: (text) => shown.push(text),
      clear: () => shown.push(''),
    };
    let now = 0;
    const progress = new Progress(line, 'a\u001b.bin', () => now);
    for (; now < 2000; now += 10) progress.update(now * 1000, 10e6, 1);
    progress.stop();
    expect(shown).toHaveLength(21);
    expect(shown[0]).toContain('a\\u{1b}.bin [');
    expect(shown[19]).toMatch(/\] 19% {2}1\.9 MB of 10 MB {2}1\.0 MB\/s {2}0:09 left {2}1 source$/);
    expect(shown[20]).toBe('');
  });
});

describe('a line that changes', () => {
  const windows = fc.array(fc.integer({ min: 20, max: 120 }), { minLength: 1, maxLength: 8 });

  it.for(['reflows', 'cuts'] as const)(
    'A changing line leaves nothing behind in a window that is resized and %s long lines',
    (resizing) => {
      fc.assert(
        fc.property(windows, (widths) => {
          const screen = new Screen(100, resizing);
          const line = new OutputLine(screen.output);
          screen.output.write('before\n');
          for (const [index, columns] of widths.entries()) {
            line.show(progressLine(halfway, line.columns - 1));
            screen.resize(columns);
            if (index === 2) line.above(() => screen.output.write('between\n'));
          }
          line.clear();
          screen.output.write('after\n');
          expect(screen.text).toBe(`before\n${widths.length > 2 ? 'between\n' : ''}after`);
        }),
      );
    },
  );

  it('A changing line leaves nothing behind if the terminal counts more columns than we do', () => {
    const screen = new Screen(20);
    const line = new OutputLine(screen.output);
    screen.output.write('before\n');
    for (let time = 0; time < 3; time += 1) line.show('x'.repeat(25));
    expect(screen.text).toBe(`before\n${'x'.repeat(19)}`);
    line.clear();
    screen.output.write('after\n');
    expect(screen.text).toBe('before\nafter');
  });

  it.for([
    ['', 'resize'],
    [', before it is told of that', 'resizeUnnoticed'],
  ] as const)(
    'Bars leave nothing behind above the prompt of a session whose window is resized%s',
    ([, resize]) => {
      const screen = new Screen(100);
      const stdin = new PassThrough();
      const { signal } = new AbortController();
      const io = { stdin, stdout: screen.output, stderr: screen.output, env: {}, cwd: '.', signal };
      using dialogue = new TerminalDialogue(io, false);
      dialogue.begin({ cancel: () => false, complete: () => Promise.resolve([[], '']) });
      dialogue.say('before');
      void dialogue.next();
      const lines = [dialogue.live(), dialogue.live()];
      for (const columns of [40, 90, 25, 60]) {
        for (const line of lines) line.show(progressLine(halfway, line.columns - 1));
        screen[resize](columns);
        if (columns === 25) dialogue.say('between');
      }
      for (const line of lines) line.clear();
      expect(screen.text).toBe('before\nbetween\np2p>');
    },
  );
});

describe('the width of text', () => {
  it.for([
    ['report.pdf', 10],
    ['€', 1],
    ['é', 1],
    ['e\u0301', 1],
    ['日本語', 6],
    ['ﾊﾝｶｸ', 4],
    ['ＡＢ', 4],
    ['한글', 4],
    ['한글'.normalize('NFD'), 4],
    ['𠀀', 2],
    ['😀', 2],
    ['👩‍👩‍👧', 2],
  ] as const)('The text %j is %i columns wide', ([text, columns]) => {
    expect(textWidth(text)).toBe(columns);
  });

  it('Shortening a text never cuts a character in two', () => {
    expect(shortenText('日本語', 5)).toBe('日本~');
    expect(shortenText('日本語', 4)).toBe('日~');
    expect(shortenText('e\u0301e\u0301e\u0301', 2)).toBe('e\u0301~');
    expect(shortenText('𠀀𠀀', 3)).toBe('𠀀~');
    expect(shortenText('a👩‍👩‍👧b', 3)).toBe('a~');
    expect(shortenText('abc', 3)).toBe('abc');
    expect(shortenText('abc', 0)).toBe('');
  });

  it('The columns of a table stand below each other in any script', () => {
    expect(
      table([
        ['日本', 'x'],
        ['e\u0301', 'y'],
        ['10 €', 'z'],
      ]),
    ).toEqual(['日本  x', 'e\u0301     y', '10 €  z']);
  });
});

describe('the rate of a download', () => {
  it('The rate of a download is that of the last seconds, and unknown at first', () => {
    let now = 0;
    const rate = new RateMeter(() => now);
    expect(rate.add(0)).toBe(0);
    now = 50;
    expect(rate.add(1000)).toBe(0);
    let last = 0;
    for (now = 100; now <= 5000; now += 100) last = rate.add(now * 10);
    expect(last).toBeCloseTo(10_000);
    for (; now <= 9000; now += 100) last = rate.add(50_000);
    expect(last).toBe(0);
  });
});
