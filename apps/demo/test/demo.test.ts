import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const home = fileURLToPath(new URL('..', import.meta.url));

it('starts three nodes, gets a file from one to another, proves it, and ends by itself', async () => {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [`${home}dist/main.js`]);
  expect(stderr).toBe('');
  expect(stdout).toMatch(
    /> list\n.*\n?Cluster members:\n {2}1\. 127\.0\.0\.1:\d+\n {2}2\. 127\.0\.0\.1:\d+\n/,
  );
  expect(stdout).toContain('> get hello-from-node2.txt\n');
  expect(stdout).toContain('Received file completely!\n');
  expect(stdout).toContain('is the same, byte for byte');
  expect(await readFile(`${home}node1/hello-from-node2.txt`)).toEqual(
    await readFile(`${home}node2/hello-from-node2.txt`),
  );
}, 60_000);
