import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { it } from './lab.ts';
import { terminals } from './program.ts';

it('a download shows a bar with its rate, in the session and outside', async ({ lab, skip }) => {
  skip(terminals.missing, terminals.reason);
  const folder = await lab.folder();
  await writeFile(join(folder, 'big.bin'), Buffer.alloc(30_000_000, 'x'));
  const holder = await lab.start(folder);
  const node = lab.run({
    terminal: true,
    env: { P2P_PORT: '0', P2P_FOLDER: await lab.folder(), P2P_CLUSTER: holder.address },
  });
  node.type('get big.bin');
  await node.says(/big\.bin \[=* *\] \d+% {2}\d+(\.\d)? [kM]?B of 30 MB/);
  await node.says('Received file completely!');
  const args = ['get', 'big.bin', '--peer', holder.address];
  const got = lab.run({ terminal: true, args, cwd: await lab.folder() });
  expect(await got.exit).toBe(0);
  expect(got.stdout).toMatch(/\rbig\.bin \[=* *\] \d+% /);
  expect(got.stdout).toMatch(/Received "big\.bin" \(30 MB\)\.\n$/);
});

it('the bar fits in a narrow window', async ({ lab, skip }) => {
  skip(terminals.missing, terminals.reason);
  const folder = await lab.folder();
  await writeFile(join(folder, 'a rather long name.bin'), randomBytes(20_000_000));
  const { address: peer } = await lab.start(folder);
  const args = ['get', 'a rather long name.bin', '--peer', peer];
  const within = ['sh', '-c', 'stty cols 30; exec "$0" "$@"'];
  const got = lab.run({ terminal: true, args, within, cwd: await lab.folder() });
  expect(await got.exit).toBe(0);
  const drawn = got.stdout
    .replaceAll('\u001b[K', '\r')
    .split('\r')
    .filter((text) => text.includes('%'));
  expect(drawn.length).toBeGreaterThan(0);
  expect(drawn.filter((bar) => bar.length > 29)).toEqual([]);
});
