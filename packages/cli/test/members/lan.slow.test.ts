// Machines on local networks, which find each other: network namespaces of this test.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { inTime, it, type Lab } from '../support/lab.ts';
import { Machines } from '../support/machines.ts';
import type { Program } from '../support/program.ts';

const impossible = Machines.impossible();
if (impossible !== undefined) process.stdout.write(`Skipped: local networks (${impossible})\n`);

const ready = "Enter a file you want to download or 'list'";

/** Runs `p2p --lan` on a machine, which reaches only its namespace. */
function onLan(lab: Lab, machines: Machines, machine: number, folder: string): Program {
  const args = ['--lan', '--folder', folder];
  return lab.run({ within: machines.within(machine), args });
}

/** Asks for the list until an address is in it. */
async function lists(node: Program, address: string): Promise<void> {
  for (let asked = 1; !node.stdout.includes(`. ${address}\n`); asked += 1) {
    node.type('list');
    await node.says(new RegExp(`(?:Cluster members:\\n(?: .*\\n)+[^]*){${asked}}`));
  }
}

it.skipIf(impossible !== undefined)(
  'Two machines need `p2p --lan --folder DIR` and `get`, and nothing else',
  async ({ lab }) => {
    using machines = new Machines(2);
    machines.connect(0, 1, 1);
    const folders = [await lab.folder(), await lab.folder()] as const;
    await writeFile(join(folders[0], 'a.txt'), 'from the other machine');
    onLan(lab, machines, 0, folders[0]);
    const node = onLan(lab, machines, 1, folders[1]);
    await node.says(ready);
    node.type('get a.txt');
    await node.says('Received file completely!');
    expect(await readFile(join(folders[1], 'a.txt'), 'utf8')).toBe('from the other machine');
    await lists(node, '10.77.1.1:1378');
    await lab.close();
  },
);

it.skipIf(impossible !== undefined)(
  'Each peer lists a node under an address that it can reach, and gets files from there',
  async ({ lab }) => {
    using machines = new Machines(3);
    machines.connect(0, 1, 1);
    machines.connect(0, 2, 2);
    const folders = await Promise.all([0, 1, 2].map(() => lab.folder()));
    await writeFile(join(folders[0]!, 'a.txt'), 'from the middle');
    const nodes = folders.map((folder, index) => onLan(lab, machines, index, folder));
    for (const [index, address] of [
      [1, '10.77.1.1:1378'],
      [2, '10.77.2.1:1378'],
    ] as const) {
      const node = nodes[index]!;
      await node.says(ready);
      await lists(node, address);
      node.type('get a.txt');
      await node.says('Received file completely!');
      expect(await readFile(join(folders[index]!, 'a.txt'), 'utf8')).toBe('from the middle');
    }
    await lists(nodes[0]!, '10.77.1.2:1378');
    await lists(nodes[0]!, '10.77.2.2:1378');
    await lab.close();
  },
);

it.skipIf(impossible !== undefined)(
  'A guest finds the files of the network, and a node that hears nobody shows a hint',
  async ({ lab }) => {
    using machines = new Machines(2);
    machines.connect(0, 1, 1);
    const folder = await lab.folder();
    await writeFile(join(folder, 'a.txt'), 'a');
    const args = ['start', '--lan', '--folder', folder];
    const node = lab.run({ within: machines.within(0), args });
    await node.says(/^Ready: UDP 10\.77\.1\.1:1378, 127\.0\.0\.1:1378, TCP port \d+/);
    await node.says(
      /Nobody was heard yet\. Run p2p --lan .* UDP ports 1378 and 13780 and TCP port \d+ \(--tcp-port/,
      'stderr',
    );
    const asked = async (...line: string[]): Promise<[number, string]> => {
      const guest = lab.run({ within: machines.within(1), args: line, cwd: await lab.folder() });
      guest.endInput();
      return [await guest.exit, guest.stdout + guest.stderr];
    };
    const expected: readonly [line: string, code: number, text: RegExp][] = [
      ['get --lan a.txt', 0, /^Received "a\.txt" \(1 B\)\.\n$/],
      ['list --lan', 0, /^ADDRESS.*\n10\.77\.1\.1:1378 +\S+ +heard/],
      ['search --lan', 0, /\n1 B +1 +1 +a\.txt\n$/],
      ['get --lan b.txt', 3, /^p2p: Nobody has "b\.txt"\. Did you mean "a\.txt"\?\n$/],
    ];
    for (const [line, code, text] of expected)
      await inTime(async () => {
        expect(await asked(...line.split(' '))).toEqual([code, expect.stringMatching(text)]);
      });
    await lab.close();
  },
);
