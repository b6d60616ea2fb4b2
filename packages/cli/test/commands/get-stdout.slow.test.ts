// `p2p get -o -` in real processes: bytes go out as they are verified, and nothing else is left of them.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { describe, expect } from 'vitest';
import { holder } from '../support/guests.ts';
import { it, type Lab } from '../support/lab.ts';
import { program, signals, type Program } from '../support/program.ts';

/** 3 MB of lines that are all different. */
const content = Array.from({ length: 300_000 }, (_, line) => `${String(line).padStart(9)}\n`).join(
  '',
);

/** Begins to pass 3 MB on at 500 kB/s, with a folder for temporary files of its own. */
async function passing(lab: Lab): Promise<{ readonly got: Program; readonly temporary: string }> {
  const peer = await holder(lab, { 'lines.txt': content });
  const temporary = await lab.folder();
  const args = ['get', 'lines.txt', '--peer', peer, '-o', '-', '--limit-rate', '500k'];
  const got = lab.run({ args, cwd: await lab.folder(), env: { P2P_PORT: '0', TMPDIR: temporary } });
  await got.says('0\n');
  return { got, temporary };
}

describe.concurrent('p2p get -o -', () => {
  it('`p2p get -o -` passes the first bytes on long before the last, in order', async ({ lab }) => {
    const { got, temporary } = await passing(lab);
    expect(got.stdout.length).toBeLessThan(content.length / 2);
    expect(await readdir(temporary)).toEqual([]);
    expect(await got.exit).toBe(0);
    expect(got.stdout).toBe(content);
    expect(got.stderr).toBe('');
  });

  it('`p2p get -o -` ends at once when its reader has gone', async ({ lab, skip }) => {
    skip(signals.missing, 'Windows has other pipes');
    const { got, temporary } = await passing(lab);
    const received = got.stdout.length;
    got.breakPipe('stdout');
    await got.exit;
    expect(received).toBeLessThan(content.length / 2);
    expect(got.stderr).toBe('');
    expect(await readdir(temporary)).toEqual([]);
  });

  it('`p2p get -o -` leaves nothing after kill -9', async ({ lab, skip }) => {
    skip(signals.missing, signals.reason);
    const { got, temporary } = await passing(lab);
    await got.kill();
    expect(got.stdout.length).toBeLessThan(content.length);
    expect(await readdir(temporary)).toEqual([]);
  });

  it('`p2p get -o -` says in one line that its output is full', async ({ lab, skip }) => {
    skip(process.platform !== 'linux', 'only Linux has /dev/full');
    const peer = await holder(lab, { 'lines.txt': content });
    const args = [program, 'get', 'lines.txt', '--peer', peer, '-o', '-'];
    const command = [process.execPath, ...args].map((word) => `'${word}'`).join(' ');
    const env = { ...process.env, P2P_DISCOVERY: 'false', P2P_PORT: '0' };
    const child = spawn('sh', ['-c', `${command} > /dev/full`], { env, cwd: await lab.folder() });
    let stderr = '';
    child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
    const [code] = (await once(child, 'close')) as [number];
    expect(stderr).toMatch(/^p2p: could not write to the standard output: ENOSPC.*\n$/);
    expect(code).toBe(1);
  });
});
