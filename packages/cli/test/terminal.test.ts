import { mkdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { it, type Lab } from './lab.ts';
import { signals, terminals, type Program } from './program.ts';

const controlD = '\u0004';
const prompt = "('quit' to exit)\n";

/** Runs a node at a terminal that the configuration tells everything. */
async function atTerminal(
  lab: Lab,
  folder: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Program> {
  const node = lab.run({
    terminal: true,
    env: { P2P_PORT: '0', P2P_FOLDER: folder, P2P_CLUSTER: '', NO_COLOR: '1', ...env },
  });
  await node.says(prompt);
  return node;
}

describe.concurrent('at a terminal', () => {
  it('Ctrl-D ends the node, also as the first key', async ({ lab, skip }) => {
    skip(terminals.missing, terminals.reason);
    const node = await atTerminal(lab, await lab.folder());
    node.press(controlD);
    expect(await node.exit).toBe(0);
  });

  it('Ctrl-D ends the program while it asks', async ({ lab, skip }) => {
    skip(terminals.missing, terminals.reason);
    const first = lab.run({ terminal: true });
    await first.says('Enter the folder');
    first.press(controlD);
    expect(await first.exit).toBe(0);
    const second = lab.run({ terminal: true, env: { P2P_FOLDER: await lab.folder() } });
    await second.says('Enter your cluster members');
    second.press(controlD);
    expect(await second.exit).toBe(0);
    expect(second.stdout).not.toContain(prompt);
  });

  it('a person can go on while a file is on its way, and leave', async ({ lab, skip }) => {
    skip(terminals.missing, terminals.reason);
    const node = await atTerminal(lab, await lab.folder(), { P2P_CLUSTER: '127.0.0.1:1' });
    node.type('get nothing.txt', 'list');
    await node.says('Cluster members:\n  1. 127.0.0.1:1\n');
    node.press(controlD);
    expect(await node.exit).toBe(0);
    expect(node.stdout).not.toContain('Nobody delivered');
  });

  it('a closed window ends the node in order', async ({ lab, skip }) => {
    skip(signals.missing, signals.reason);
    const { node } = await lab.start(await lab.folder());
    node.signal('SIGHUP');
    expect(await node.exit).toBe(0);
  });

  it('a folder is understood as a shell would, and what is wrong with it told', async ({
    lab,
    skip,
  }) => {
    skip(terminals.missing, terminals.reason);
    const folder = await lab.folder();
    await writeFile(join(folder, 'file'), '');
    const node = lab.run({ terminal: true, env: { HOME: folder, NO_COLOR: '1' } });
    node.type('', `'${folder}'`, join(folder, 'no'), join(folder, 'file'), '~/no', '  ~  ', 'x');
    await node.says('Enter your cluster members');
    await node.says("'q' to finish.\n");
    for (const message of [
      'Expected the path of a folder, such as /home/user/shared.\n',
      `There is no folder "'${folder}'": leave out the quotes.\n`,
      `There is no folder "${join(folder, 'no')}".\n`,
      `"${join(folder, 'file')}" is not a folder.\n`,
      `There is no folder "${join(folder, 'no')}".\n`,
      '"x" is no address: expected host:port, such as 127.0.0.1:1378, or \'q\' to finish.\n',
    ]) {
      expect(node.stdout).toContain(message);
    }
    expect(homedir()).not.toBe(folder);
  });

  it('stray blanks mean nothing, and each of several files is named', async ({ lab, skip }) => {
    skip(terminals.missing, terminals.reason);
    const [one, other] = [await lab.folder(), await lab.folder()];
    await mkdir(join(one, 'sub'));
    await writeFile(join(one, 'a.txt'), 'a');
    await writeFile(join(one, 'sub', 'b c.txt'), 'b');
    const holder = await lab.start(one);
    const node = await atTerminal(lab, other, { P2P_CLUSTER: holder.address });
    node.type('  get   a.txt ', 'get b c.txt', 'get  ');
    await node.says('Get needs a file name: get <filename>.\n');
    await node.says(/Received file completely!\n[^]*Received file completely!\n/);
    expect(node.stdout).toMatch(/Received file completely!\n[^]*Saved as "(a|b c)\.txt"\.\n/);
    node.type('quit');
    expect(await node.exit).toBe(0);
  });

  it('a command that failed is no failure of the program', async ({ lab, skip }) => {
    skip(terminals.missing, terminals.reason);
    const node = await atTerminal(lab, await lab.folder());
    node.type('nonsense', 'quit');
    expect(await node.exit).toBe(0);
    expect(node.stdout).toContain('Unknown command "nonsense".');
  });
});
