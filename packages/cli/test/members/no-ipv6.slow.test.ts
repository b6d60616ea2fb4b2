// Discovery on machines on which IPv6 was switched off.
import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { inTime, it } from '../support/lab.ts';
import { Machines } from '../support/machines.ts';

const impossible = Machines.impossible();

it.skipIf(impossible !== undefined)(
  'Machines without IPv6 list each other, and get files from each other with --lan alone',
  async ({ lab }) => {
    using machines = new Machines(2);
    for (const machine of [0, 1]) {
      const [file = '', ...within] = machines.within(machine);
      const off = ['all', 'default'].map((which) => `net.ipv6.conf.${which}.disable_ipv6=1`);
      execFileSync(file, [...within, 'sysctl', '-qw', ...off]);
    }
    machines.connect(0, 1, 1);
    const folder = await lab.folder();
    await writeFile(join(folder, 'a.txt'), 'hello');
    const args = ['start', '--lan', '--folder', folder, '--name', 'desk'];
    const holder = lab.run({ within: machines.within(0), args });
    await holder.says(/^Ready: /);
    expect(holder.stderr).not.toContain(' warning ');
    const run = async (...command: string[]): Promise<string> => {
      const within = machines.within(1);
      const program = lab.run({ within, args: [...command, '--lan'], cwd: await lab.folder() });
      expect(await program.exit).toBe(0);
      return program.stdout;
    };
    await inTime(async () => {
      expect(await run('get', 'a.txt')).toBe('Received "a.txt" (5 B).\n');
      expect((await run('list')).match(/ desk /g)).toHaveLength(1);
    });
    await lab.close();
  },
);
