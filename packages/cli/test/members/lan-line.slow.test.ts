// What a node that shares says of who reaches it, and the command that it prints for the other machine.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { inTime, it, type Lab } from '../support/lab.ts';
import { Machines } from '../support/machines.ts';

const impossible = Machines.impossible();
if (impossible !== undefined) process.stdout.write(`Skipped: who is reached (${impossible})\n`);

const ports = /\(UDP port 1378, TCP port \d+\)\.\n/.source;
const open = new RegExp(
  `^Open: everyone on your network can list and get what is shared ${ports}`,
  'm',
);
const unlisted = new RegExp(
  `^Open: everyone on your network can get each shared file whose name they know ${ports}`,
  'm',
);

/** A folder with one file. */
async function folderOf(lab: Lab): Promise<string> {
  const folder = await lab.folder();
  await writeFile(join(folder, 'a.txt'), 'from the other machine');
  return folder;
}

describe('--lan', () => {
  it.skipIf(impossible !== undefined)(
    '`start` and `share` say in one line what --lan opens to whom',
    async ({ lab }) => {
      using machines = new Machines(1);
      const within = machines.within(0);
      const folder = await folderOf(lab);
      for (const [env, line] of [
        [{}, open],
        [{ P2P_CATALOG: 'false' }, unlisted],
      ] as const) {
        for (const args of [
          ['start', '--lan', '--folder', folder],
          ['share', '--lan', join(folder, 'a.txt')],
        ]) {
          const node = lab.run({ within, args, env });
          await node.says(line);
          expect(node.stdout).not.toContain('Only this machine');
          if (line === unlisted) expect(node.stdout).not.toMatch(/network.* list /);
          node.signal('SIGTERM');
          expect(await node.exit).toBe(0);
        }
      }
      await lab.close();
    },
  );

  it.skipIf(impossible !== undefined)(
    "A script's session says what --lan opens on standard error, and keeps the lines of the original",
    async ({ lab }) => {
      using machines = new Machines(1);
      const node = lab.run({
        within: machines.within(0),
        args: ['--lan', '--folder', await folderOf(lab)],
      });
      node.type('list', 'quit');
      expect(await node.exit).toBe(0);
      expect(node.stdout).toBe(
        "Enter a file you want to download or 'list' to see the cluster ('quit' to exit)\n" +
          'Cluster members:\n  (none yet)\n',
      );
      expect(node.stderr).toMatch(new RegExp(`${open.source}$`));
      await lab.close();
    },
  );

  it.for([
    [['--lan', '--host', '127.0.0.1'], {}, '--lan', '--host', '127.0.0.1'],
    [['--lan', '--host', '::1'], {}, '--lan', '--host', '::1'],
    [[], { P2P_LAN: 'true', P2P_HOST: '127.0.0.9' }, 'P2P_LAN', 'P2P_HOST', '127.0.0.9'],
  ] as const)(
    'The options %j beside %j are refused where they contradict each other, with which one to leave out',
    async ([options, env, lan, host, bound], { lab }) => {
      const args = ['config', ...options];
      const refused = lab.run({ args, env, cwd: await lab.folder() });
      refused.endInput();
      const code = await refused.exit;
      expect([code, refused.stderr]).toEqual([
        2,
        `p2p: ${lan} and ${host} cannot be combined, because no other machine reaches ${bound}: ` +
          `leave out ${host} to reach the network, or ${lan} to stay on this machine\n`,
      ]);
    },
  );
});

it.skipIf(impossible !== undefined).for([
  ['--lan', '10.77.1', ['--lan']],
  ['--host', '10.77.1', ['--host', '10.77.1.1']],
  ['--host on another port', '10.77.1', ['--host', '0.0.0.0', '--port', '0']],
  ['an IPv6 address', '', ['--host', 'fd00::1']],
  ['a link-local address', '', ['--host', 'fe80::1%cable1']],
  [
    'an address that has to be allowed',
    '203.0.113',
    ['--host', '203.0.113.1', '--allow', '203.0.113.0/24'],
  ],
  [
    '--lan in a network that has to be allowed',
    '203.0.113',
    ['--lan', '--allow', '203.0.113.0/24'],
  ],
] as const)(
  'The command that `p2p share` prints gets the file when it is typed on the other machine: %s',
  async ([, network, options], { lab }) => {
    using machines = new Machines(2);
    if (network === '') machines.link(0, 1, 1, { ula: true });
    else machines.connect(0, 1, 1, network);
    const holder = lab.run({
      within: machines.within(0),
      args: ['share', ...options, 'a.txt'],
      cwd: await folderOf(lab),
    });
    const [, command = ''] = await holder.says(/^To get it: (.*)\n/m);
    const zone = /On another machine, type its own interface in place of cable1\./;
    if (command.includes('%')) await holder.says(zone);
    await inTime(async () => {
      const cwd = await lab.folder();
      const guest = lab.run({
        // As the shell reads it.
        within: [
          ...machines.within(1),
          ...['sh', '-c', `node=$0 program=$1; p2p() { "$node" "$program" "$@"; }; ${command}`],
        ],
        cwd,
      });
      guest.endInput();
      expect([await guest.exit, guest.stderr]).toEqual([0, '']);
      expect(await readFile(join(cwd, 'a.txt'), 'utf8')).toBe('from the other machine');
    });
    await lab.close();
  },
);
