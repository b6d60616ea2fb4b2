// Machines on a link without IPv4, which find each other: network namespaces of this test.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { it, type Lab } from '../support/lab.ts';
import { Machines } from '../support/machines.ts';

const impossible = Machines.impossible();
if (impossible !== undefined) process.stdout.write(`Skipped: links by IPv6 (${impossible})\n`);

/** Runs `p2p` on a machine until it ends. Returns its exit code, and what it printed. */
async function ran(
  lab: Lab,
  machines: Machines,
  machine: number,
  ...args: readonly string[]
): Promise<{ code: number; text: string; folder: string }> {
  const folder = await lab.folder();
  const program = lab.run({ within: machines.within(machine), args, cwd: folder });
  program.endInput();
  const code = await program.exit;
  return { code, text: program.stdout + program.stderr, folder };
}

it.skipIf(impossible !== undefined).for([
  [false, '[fe80::1%cable1]:1378', 'fe80::1%cable1', '[fe80::1%cable1]'],
  [true, '[fd00::1]:1378', 'fd00::1', '[fd00::1]:1378'],
] as const)(
  '`p2p share --lan` and `p2p get --lan` need no IPv4 (with another address than the link-local one: %s)',
  async ([ula, address, ...typed], { lab }) => {
    using machines = new Machines(2);
    machines.link(0, 1, 1, { ula });
    const folder = await lab.folder();
    await writeFile(join(folder, 'a.txt'), 'from the other machine');
    const args = ['share', '--lan', join(folder, 'a.txt')];
    const holder = lab.run({ within: machines.within(0), args });
    await holder.says(`Sharing 1 file (22 B) at ${address}, 127.0.0.1:1378 until Ctrl-C.`);
    for (const option of [['--lan'], ...typed.map((peer) => ['--peer', peer])]) {
      const { code, text, folder: into } = await ran(lab, machines, 1, 'get', ...option, 'a.txt');
      expect([code, text]).toEqual([0, 'Received "a.txt" (22 B).\n']);
      expect(await readFile(join(into, 'a.txt'), 'utf8')).toBe('from the other machine');
    }
    const listed = await ran(lab, machines, 1, 'list', '--lan');
    expect(listed.text).toMatch(/^ADDRESS.*\n\[fe80::1%cable1\]:1378 +\S+ +heard/);
    await lab.close();
  },
);

it.skipIf(impossible !== undefined)(
  'A session joins a link-local address by its interface, and lists it so',
  async ({ lab }) => {
    using machines = new Machines(3);
    machines.link(0, 1, 1);
    machines.link(0, 2, 2);
    const folder = await lab.folder();
    await writeFile(join(folder, 'a.txt'), 'a');
    const env = { P2P_CLUSTER: '', P2P_HOST: '::' };
    const run = (machine: number, folder: string) =>
      lab.run({ within: machines.within(machine), env: { ...env, P2P_FOLDER: folder } });
    const [middle, ...others] = [
      run(0, folder),
      run(1, await lab.folder()),
      run(2, await lab.folder()),
    ] as const;
    await middle.says("'list' to see the cluster");
    for (const [index, node] of others.entries()) {
      node.type('join fe80::1', `join fe80::1%cable${index + 1}`, 'list', 'get a.txt');
      await node.says('Received file completely!');
      expect(node.stdout).toContain(
        `Joined [fe80::1%cable${index + 1}]:1378.\nCluster members:\n  1. [fe80::1%cable${index + 1}]:1378\n`,
      );
      expect(node.stderr).toBe(
        '[fe80::1]:1378 is link-local: name its interface on this machine too, as in fe80::1%eth0.\n',
      );
    }
    // Two machines with the same address on two links are two members.
    middle.type('list', 'quit');
    expect(await middle.exit).toBe(0);
    expect(middle.stdout).toContain('. [fe80::2%cable1]:1378\n');
    expect(middle.stdout).toContain('. [fe80::2%cable2]:1378\n');
    await lab.close();
  },
);
