// Progress bars in the session and with `p2p get`, in real processes on a terminal.
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { it } from '../support/lab.ts';
import { terminals, withoutNotices } from '../support/program.ts';

it('A download shows a bar with its rate, in the session and outside', async ({ lab, skip }) => {
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

it('The bar fits in a narrow window', async ({ lab, skip }) => {
  skip(terminals.missing, terminals.reason);
  const folder = await lab.folder();
  await writeFile(join(folder, 'a rather long name.bin'), randomBytes(20_000_000));
  const { address: peer } = await lab.start(folder);
  const args = ['get', 'a rather long name.bin', '--peer', peer];
  const within = ['sh', '-c', 'stty cols 30; exec "$0" "$@"'];
  const got = lab.run({ terminal: true, args, within, cwd: await lab.folder() });
  expect(await got.exit).toBe(0);
  // Between the carriage returns before and after it, and without the sequence that erases the rest.
  const drawn = got.stdout.split('\r').flatMap((text) => text.split('\u001b[', 1));
  const bars = drawn.filter((text) => text.includes('%'));
  expect(bars.length).toBeGreaterThan(0);
  expect(bars.filter((bar) => bar.length > 29)).toEqual([]);
});

it('A terminal that knows no escape sequences shows none', async ({ lab, skip }) => {
  skip(terminals.missing, terminals.reason);
  const folder = await lab.folder();
  await writeFile(join(folder, 'big.bin'), Buffer.alloc(30_000_000, 'x'));
  const { address: peer } = await lab.start(folder);
  const args = ['get', 'big.bin', '--peer', peer];
  const env = { TERM: 'dumb', P2P_PORT: '0' };
  const got = lab.run({ terminal: true, args, env, cwd: await lab.folder() });
  expect(await got.exit).toBe(0);
  expect(withoutNotices(got.stdout)).toBe('Received "big.bin" (30 MB).\n');
});
