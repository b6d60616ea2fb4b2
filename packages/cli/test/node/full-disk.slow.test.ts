// A download onto a disk that is too small for it.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { it } from '../support/lab.ts';

const isRoot = process.getuid?.() === 0;

it('The error of a full disk says how much is free and how much is needed', async ({
  lab,
  skip,
}) => {
  skip(!isRoot || process.platform !== 'linux', 'only root may mount a small disk');
  const folder = await lab.folder();
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', folder]);
  try {
    const source = await lab.folder();
    await writeFile(join(source, 'big.bin'), randomBytes(2 ** 21));
    const { address: peer } = await lab.start(source);
    const args = ['get', 'big.bin', '--peer', peer];
    const full = lab.run({ args, cwd: folder });
    expect(await full.exit).toBe(1);
    expect(full.stderr).toMatch(
      /^p2p: the disk has [\d.]+ [kM]B free, and the file needs 2\.1 MB more\. Free up space, or choose another folder$/m,
    );
  } finally {
    execFileSync('umount', ['--lazy', folder]);
  }
});
