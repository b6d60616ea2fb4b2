// A window that is resized while a bar is shown: in real processes, on a pseudo-terminal.
import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { expect } from 'vitest';
import { it, type Lab } from '../support/lab.ts';
import { terminals, type Program } from '../support/program.ts';
import { Screen } from '../support/screen.ts';
import { SlowPeer } from '../support/slow-peer.ts';

/** Says which terminal it runs at and as which process, and runs the program as another's child. */
const wrapper = (columns: number): string =>
  `tty; stty cols ${columns}; sh -c 'echo $$; exec "$0" "$@"' "$0" "$@"; exit $?`;

/** A program at a terminal whose window the test resizes, and what is on its screen. */
class Window {
  readonly program: Program;
  readonly #screen: Screen;
  #shown = 0;
  #resized = 0;

  constructor(lab: Lab, options: Parameters<Lab['run']>[0], columns: number) {
    const within = ['sh', '-c', wrapper(columns)];
    this.program = lab.run({ ...options, terminal: true, within });
    this.#screen = new Screen(columns);
  }

  /** Changes the width as a terminal does, between two writes of the program, and sends it the signal. */
  async resize(columns: number): Promise<void> {
    const [, terminal = '', pid] = await this.program.says(/^(\/dev\/\S+)\n(\d+)\n/);
    process.kill(Number(pid), 'SIGSTOP');
    // What the program wrote before it was stopped comes before the mark.
    this.#resized += 1;
    const mark = `\u0001${this.#resized}\u0001`;
    const file = openSync(terminal, constants.O_WRONLY | constants.O_NOCTTY);
    writeSync(file, mark);
    closeSync(file);
    await this.program.says(mark);
    this.#show();
    execFileSync('stty', ['-F', terminal, 'cols', String(columns)]);
    this.#screen.resize(columns);
    process.kill(Number(pid), 'SIGCONT');
  }

  /** Waits until a bar that fits a window is drawn, with the rate and the time left. */
  async showsBar(columns: number): Promise<string> {
    const start = this.program.stdout.length;
    const bars = (): string[] =>
      stripVTControlCharacters(this.program.stdout.slice(start).replaceAll('\u001b[', '\n\u001b['))
        .split(/[\r\n]/)
        .filter((line) => /\d% .*B\/s {2}[\d:]+ left/.test(line) && line.length < columns);
    await expect.poll(() => bars().length).toBeGreaterThan(1);
    return bars().at(-1)!;
  }

  /** The lines on the screen, without those of the wrapper. */
  get text(): string {
    this.#show();
    return this.#screen.text.split('\n').slice(2).join('\n');
  }

  #show(): void {
    const { stdout } = this.program;
    this.#screen.output.write(
      stdout.slice(this.#shown).replace(`\u0001${this.#resized}\u0001`, ''),
    );
    this.#shown = stdout.length;
  }
}

const notVerified = 'Not verified: the peer speaks version 1, which does not prove what it sends.';

it('A window that is resized during `p2p get` keeps the rate and the time, and no rubbish is left', async ({
  lab,
  skip,
}) => {
  skip(terminals.missing, terminals.reason);
  await using peer = await SlowPeer.start();
  const args = ['get', 'a rather long name.bin', '--peer', peer.address];
  const window = new Window(lab, { args, cwd: await lab.folder() }, 100);
  expect(await window.showsBar(100)).toMatch(/^a rather long name\.bin \[ +\] 0% .* 1 source/);
  for (const [columns, bar] of [
    [60, /^a rather ~? ?.*\[ {8,}\] 0% {2}\d/],
    [35, /^(?:a .*~ )?0% {2}\d/],
    [120, /^a rather long name\.bin \[ {30}\] 0% .* 1 source/],
    [45, / 0% {2}\d/],
  ] as const) {
    await window.resize(columns);
    expect(await window.showsBar(columns)).toMatch(bar);
  }
  peer.finish();
  expect(await window.program.exit).toBe(0);
  expect(window.text).toBe(`Received "a rather long name.bin" (50 MB).\n${notVerified}`);
});

it('A window that is resized during a download of the session keeps the prompt and what was typed below the bar', async ({
  lab,
  skip,
}) => {
  skip(terminals.missing, terminals.reason);
  await using peer = await SlowPeer.start();
  const env = {
    ...{ P2P_PORT: '0', P2P_FOLDER: await lab.folder(), P2P_CLUSTER: peer.address },
    NO_COLOR: '1',
  };
  const window = new Window(lab, { env }, 100);
  await window.program.says('p2p> ');
  window.program.press('get a.bin\r');
  await window.showsBar(100);
  window.program.press('search of a text');
  for (const columns of [40, 90, 30, 100]) {
    await window.resize(columns);
    await window.showsBar(columns);
  }
  peer.finish();
  await window.program.says('Received file completely!');
  await expect.poll(() => window.text).toMatch(/sends\.\np2p> search of a text$/);
  expect(window.text.split('\n').slice(-4)).toEqual([
    'p2p> get a.bin',
    'Received file completely!',
    notVerified,
    'p2p> search of a text',
  ]);
  expect(window.text).not.toContain('%');
});
