// Errors that a beginner sees: one line that says what to do.
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { it, type Lab } from '../support/lab.ts';
import { asUser } from '../support/program.ts';

async function holder(lab: Lab, name: string, content: string): Promise<string> {
  const folder = await lab.folder();
  await writeFile(join(folder, name), content);
  return (await lab.start(folder)).address;
}

/** The one line of a command that fails, and its exit code. */
async function failing(
  lab: Lab,
  args: readonly string[],
  cwd: string,
  within: readonly string[] = [],
): Promise<[number, string]> {
  const program = lab.run({ args, cwd, within, env: { P2P_PORT: '0' } });
  program.endInput();
  const code = await program.exit;
  expect(program.stderr).toMatch(/^[^\n]+\n$/);
  return [code, program.stderr];
}

// Other errors of beginners are tested with their commands: a wrong folder, a port in use, an empty
// network, and a misspelt name.
describe.concurrent('a line that helps', () => {
  it('A line explains that the folder cannot be written to', async ({ lab, skip }) => {
    const { within, missing, reason } = asUser();
    skip(missing, reason);
    const peer = await holder(lab, 'a.txt', 'a');
    const folder = await lab.folder();
    await chmod(folder, 0o555);
    const advice = 'Choose a folder that you can write to\n';
    for (const args of [
      ['--into', folder],
      ['-o', join(folder, 'b.txt')],
    ]) {
      const line = ['get', 'a.txt', '--peer', peer, ...args];
      const [code, text] = await failing(lab, line, '/', within);
      expect([code, text]).toEqual([1, expect.stringContaining(advice)]);
      expect(text).toContain(folder);
    }
  });

  it('A line explains that the folder cannot be read', async ({ lab, skip }) => {
    const { within, missing, reason } = asUser();
    skip(missing, reason);
    const folder = await lab.folder();
    await chmod(folder, 0o000);
    expect(await failing(lab, ['start', '--folder', folder], '/', within)).toEqual([
      2,
      `p2p: --folder: you may not read the folder "${folder}"\n`,
    ]);
  });

  it('A name with control characters is shown without them taking effect', async ({
    lab,
    skip,
  }) => {
    skip(process.platform === 'win32', 'Windows has no such names');
    const name = 'evil\u202e.txt';
    const peer = await holder(lab, name, 'x');
    const cwd = await lab.folder();
    const said: string[] = [];
    for (const args of [
      ['get', name],
      ['get', name, '--json'],
      ['get', `${name}\u001b[2J`],
    ]) {
      const program = lab.run({ args: [...args, '--peer', peer], cwd, env: { P2P_PORT: '0' } });
      await program.exit;
      said.push(program.stdout + program.stderr);
    }
    for (const raw of ['\u001b', '\u202e']) expect(said.join('')).not.toContain(raw);
    expect(said[0]).toBe('Received "evil\\u{202e}.txt" (1 B).\n');
    expect(said[1]).toContain('"filename":"evil\\u202e.txt"');
    expect(said[2]).toContain('\\u{202e}.txt\\u{1b}[2J');
  });
});
