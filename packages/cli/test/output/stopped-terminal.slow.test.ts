// A node at a terminal that takes no output: Ctrl-S was typed, by mistake mostly.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { it } from '../support/lab.ts';
import { terminals, unusedPort } from '../support/program.ts';

const controlS = '\u0013';
const controlQ = '\u0011';
const controlC = '\u0003';

it.for(['start', 'share'])(
  '`p2p %s` goes on serving after Ctrl-S at its terminal, and prints the rest after Ctrl-Q',
  async (command, { lab, skip }) => {
    skip(terminals.missing, terminals.reason);
    const folder = await lab.folder();
    await writeFile(join(folder, 'a.txt'), 'hello');
    const port = String(await unusedPort());
    const what = command === 'start' ? ['--folder', folder] : [join(folder, 'a.txt')];
    const node = lab.run({ args: [command, ...what, '--port', port, '--json'], terminal: true });
    await node.says('"event":"ready"');
    node.press(controlS);
    for (let count = 0; count < 2; count += 1) {
      const cwd = await lab.folder();
      const get = lab.run({ args: ['get', 'a.txt', '--peer', `127.0.0.1:${port}`], cwd });
      expect(await get.exit).toBe(0);
    }
    // A busy machine may pass Ctrl-S on after the first download.
    expect(node.stdout).not.toMatch(/"event":"sent"[^]*"event":"sent"/);
    node.press(controlQ);
    await node.says(/"event":"sent"[^]*"event":"sent"/);
    node.press(controlC);
    expect(await node.exit).toBe(0);
  },
);
