// Guests that ask the network through the node of their own machine, without --lan.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { inTime, it, type Lab } from '../support/lab.ts';
import { Machines } from '../support/machines.ts';
import type { Program } from '../support/program.ts';

const impossible = Machines.impossible();

/** Runs `p2p share --lan` on a machine with one file. */
async function share(
  lab: Lab,
  machines: Machines,
  machine: number,
  filename: string,
  ...more: readonly string[]
): Promise<Program> {
  const folder = await lab.folder();
  await writeFile(join(folder, filename), filename);
  const args = ['share', '--lan', filename, ...more];
  const node = lab.run({ within: machines.within(machine), args, cwd: folder });
  await node.says('Sharing 1 file');
  return node;
}

it.skipIf(impossible !== undefined)(
  'A guest beside a node of the local network gets and lists the files of other machines without --lan',
  async ({ lab }) => {
    using machines = new Machines(2);
    machines.connect(0, 1, 1);
    await share(lab, machines, 0, 'a.txt');
    await share(lab, machines, 1, 'b.txt');
    const run = async (...args: string[]): Promise<[number, string, string]> => {
      const cwd = await lab.folder();
      // As in a copy of the example: this host is no choice.
      if (args.includes('--peer')) await writeFile(join(cwd, 'config.yml'), 'host: 127.0.0.1');
      const guest = lab.run({ within: machines.within(1), args, cwd });
      guest.endInput();
      const code = await guest.exit;
      if (args[0] === 'get' && code === 0)
        expect(await readFile(join(cwd, 'a.txt'), 'utf8')).toBe('a.txt');
      return [code, guest.stdout, guest.stderr];
    };
    for (const named of [[], ['--peer', '127.0.0.1:1378']])
      await inTime(async () => {
        const [code, received, failure] = await run('get', 'a.txt', ...named);
        expect([code, received]).toEqual([0, 'Received "a.txt" (5 B).\n']);
        expect(failure).toMatch(/^(?:Using .* \(changes nothing\)\n)?$/);
      });
    await inTime(async () => {
      const [code, found, failure] = await run('search');
      expect([code, failure]).toEqual([0, '']);
      expect(found).toMatch(/ a\.txt\n.* b\.txt\n$/);
    });
    await inTime(async () => {
      const [, listed] = await run('list');
      expect(listed).toMatch(/^10\.77\.1\.1:1378 +\S+ +heard/m);
    });
    // A host that the user chose is bound, and no other.
    const [code, , failure] = await run(
      ...['get', 'a.txt', '--host', '127.0.0.1', '--waiting', '3'],
    );
    expect([code, failure]).toEqual([3, expect.stringContaining('"a.txt"')]);
    await lab.close();
  },
);

it.skipIf(impossible !== undefined)(
  'A guest counts each of two nodes of its own machine once, though it hears them at two addresses',
  async ({ lab }) => {
    using machines = new Machines(2);
    machines.connect(0, 1, 1);
    await share(lab, machines, 0, 'a.txt');
    await share(lab, machines, 0, 'b.txt');
    const run = async (command: string): Promise<string> => {
      const guest = lab.run({ within: machines.within(0), args: [command] });
      guest.endInput();
      expect(await guest.exit).toBe(0);
      return guest.stdout;
    };
    await inTime(async () => {
      expect(await run('status')).toMatch(
        /^Cluster: 2 members, 2 heard\.\nShared .*2 files \(10 B\)\.\n/,
      );
    });
    expect(await run('search')).toMatch(/^SIZE .*\n5 B +1 +1 +a\.txt\n5 B +1 +1 +b\.txt\n$/);
    await lab.close();
  },
);
