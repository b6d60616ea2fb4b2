// `p2p share` beside a node that has its port, and the command that it prints for the other side.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { inTime, it, type Lab } from '../support/lab.ts';
import { Machines } from '../support/machines.ts';
import { unusedPort, type Program } from '../support/program.ts';

const impossible = Machines.impossible();

/** Runs `p2p share` in a new folder that has the file. */
async function share(
  lab: Lab,
  filename: string,
  {
    more = [],
    ...options
  }: {
    readonly more?: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
    readonly within?: readonly string[];
  },
): Promise<Program> {
  const cwd = await lab.folder();
  await writeFile(join(cwd, filename), filename);
  return lab.run({ ...options, args: ['share', filename, ...more], cwd });
}

describe('`p2p share` beside another node', () => {
  it('The file is found through the node that has the port, unless the command line names it', async ({
    lab,
  }) => {
    const env = { P2P_PORT: String(await unusedPort()), P2P_WAITING: '30' };
    await (await share(lab, 'a.txt', { env })).says('Sharing 1 file');
    const second = await share(lab, 'b.txt', { env });
    const [, address] = await second.says(/To get it: p2p get --peer (127\.0\.0\.1:\d+) b\.txt\n/);
    await second.says(
      `UDP port ${env.P2P_PORT} is in use: this node has UDP port ${address!.split(':')[1]} instead.`,
      'stderr',
    );
    await inTime(async () => {
      const cwd = await lab.folder();
      const guest = lab.run({ args: ['get', 'b.txt'], env, cwd });
      expect([await guest.exit, guest.stderr]).toEqual([0, '']);
      expect(await readFile(join(cwd, 'b.txt'), 'utf8')).toBe('b.txt');
    });
    const named = await share(lab, 'c.txt', { env, more: ['--port', env.P2P_PORT] });
    expect(await named.exit).toBe(1);
    expect(named.stderr).toMatch(
      new RegExp(`^p2p: Cannot bind UDP 127\\.0\\.0\\.1:${env.P2P_PORT}: .*in use`),
    );
  });

  it.skipIf(impossible !== undefined)(
    'The printed command gets the file: beside a node of this machine, and from another machine',
    async ({ lab }) => {
      using machines = new Machines(2);
      machines.connect(0, 1, 1);
      const within = machines.within(0);
      await (await share(lab, 'a.txt', { within })).says('To get it: p2p get a.txt\n');
      await (await share(lab, 'b.txt', { within })).says('To get it: p2p get b.txt\n');
      const lan = await share(lab, 'c.txt', { within, more: ['--lan'] });
      await lan.says('To get it: p2p get --lan c.txt\n');
      for (const [machine, ...args] of [
        [0, 'b.txt'],
        [1, '--lan', 'c.txt'],
      ] as const)
        await inTime(async () => {
          const cwd = await lab.folder();
          const guest = lab.run({ within: machines.within(machine), args: ['get', ...args], cwd });
          expect([await guest.exit, guest.stderr]).toEqual([0, '']);
        });
      await lab.close();
    },
  );
});
