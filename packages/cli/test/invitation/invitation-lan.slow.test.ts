// Invitations across machines: network namespaces of this test, without an option for the network.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ClusterKey } from '@peerlane/seal';
import { expect } from 'vitest';
import { it, type Lab } from '../support/lab.ts';
import { Machines } from '../support/machines.ts';
import type { Program } from '../support/program.ts';

const impossible = Machines.impossible();
if (impossible !== undefined) process.stdout.write(`Skipped: local networks (${impossible})\n`);

/** Runs `p2p` on a machine, in a home folder of its own. */
async function on(
  lab: Lab,
  within: readonly string[],
  args: readonly string[],
  key?: ClusterKey,
): Promise<Program> {
  const home = await lab.folder();
  if (key) {
    await mkdir(join(home, 'config', 'peerlane'), { recursive: true, mode: 0o700 });
    const path = join(home, 'config', 'peerlane', 'key');
    await writeFile(path, key.reveal(), { mode: 0o600 });
  }
  const env = { HOME: home, XDG_CONFIG_HOME: join(home, 'config') };
  return lab.run({ within, args, cwd: home, env });
}

it.skipIf(impossible !== undefined).for([
  ['by IPv4', (machines: Machines) => machines.connect(0, 1, 1), '10.77.1.1'],
  ['where there is IPv6 alone', (machines: Machines) => machines.link(0, 1, 1), 'fe80::1%cable1'],
] as const)(
  'A newcomer on another machine finds the inviter %s, and one on the same machine does',
  async ([, cable, host], { lab }) => {
    using machines = new Machines(2);
    cable(machines);
    const key = ClusterKey.generate();
    const invite = await on(lab, machines.within(0), ['invite', '--many'], key);
    const [, words = ''] = await invite.says(/^Invitation: (\S+)\n/m);
    await invite.says('Ctrl-C ends it.\n');
    const far = await on(lab, machines.within(1), ['join', words]);
    expect(await far.exit).toBe(0);
    expect(far.stdout).toContain(`(${host}). Key ${key.id}`);
    expect(far.stdout).toContain('Next: p2p list --lan');
    const near = await on(lab, machines.within(0), ['join', words]);
    expect(await near.exit).toBe(0);
    expect(near.stdout).toContain('(127.0.0.1). Key');
    expect(invite.stdout.match(/has joined/g)).toHaveLength(2);
    expect(invite.stderr).toBe('');
    await lab.close();
  },
);
