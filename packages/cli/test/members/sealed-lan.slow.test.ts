// Open and sealed machines on one network: each says that the other is there, and what helps.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ClusterKey, Keyring } from '@peerlane/seal';
import { expect } from 'vitest';
import { saveKeyring } from '../../src/keys/key-file.ts';
import { inTime, it } from '../support/lab.ts';
import { Machines } from '../support/machines.ts';

const impossible = Machines.impossible();
if (impossible !== undefined) process.stdout.write(`Skipped: sealed networks (${impossible})\n`);

it.skipIf(impossible !== undefined)(
  'A guest finds a sealed node with the key alone, and one without is told of `p2p join`',
  async ({ lab }) => {
    using machines = new Machines(2);
    machines.connect(0, 1, 1);
    const folder = await lab.folder();
    await writeFile(join(folder, 'a.txt'), 'sealed');
    const place = await lab.folder();
    const [key, otherKey] = [join(place, 'key'), join(place, 'other')];
    const own = ClusterKey.generate();
    await saveKeyring(key, new Keyring([own]));
    await saveKeyring(otherKey, new Keyring([ClusterKey.generate()]));
    const env = { P2P_DISCOVERY: '' };
    const args = ['start', '--lan', '--period', '1', '--folder', folder, '--key-file', key];
    const node = lab.run({ within: machines.within(0), args, env });
    await node.says(`Sealed with key ${own.id}: everyone on your network who has it can list`);
    const listed = async (more: readonly string[]): Promise<string> => {
      const cwd = await lab.folder();
      const guest = { within: machines.within(1), args: ['list', '--lan', ...more], env, cwd };
      const running = lab.run(guest);
      await running.exit;
      return running.stdout + running.stderr;
    };
    await inTime(async () => {
      expect(await listed(['--key-file', key])).toContain('heard');
    });
    await inTime(async () => {
      expect(await listed([])).toContain('but a sealed one: get its key with p2p join');
    });
    await inTime(async () => {
      expect(await listed(['--key-file', otherKey])).toContain('but one with another key');
    });
    const open = ['start', '--lan', '--period', '1', '--folder', folder, '--open'];
    node.signal('SIGTERM');
    await node.exit;
    const opened = lab.run({ within: machines.within(0), args: open, env });
    await opened.says('Open: everyone on your network');
    await inTime(async () => {
      expect(await listed(['--key-file', key])).toContain('but an open one: ask it with --open');
    });
  },
);
