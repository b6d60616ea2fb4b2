// `p2p get --protocol 1` against a strict peer, in virtual time.
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, Readable, Writable } from 'node:stream';
import { afterEach, beforeEach, expect, vi } from 'vitest';
import { main } from '../../src/main.ts';
import { it } from '../support/lab.ts';
import { StrictPeer } from '../support/strict-peer.ts';

// Timers are virtual; sockets and disks are real.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Runs `p2p get --protocol 1` in this process. */
function getByVersion1(peer: StrictPeer, cwd: string) {
  const args = ['get', '--protocol', '1', '--peer', peer.address, '--json', 'long.bin'];
  const stdout = new PassThrough();
  let errors = '';
  const stderr = new Writable({
    write(bytes, _encoding, done) {
      errors += String(bytes);
      done();
    },
  });
  const io = {
    ...{ stdin: Readable.from([]), stdout, stderr, env: {}, cwd },
    signal: new AbortController().signal,
  };
  return { exit: main(args, io), stdout, errors: () => errors };
}

it('`p2p get --protocol 1` lets a download last longer than the wait for an answer', async ({
  lab,
}) => {
  const content = randomBytes(300_000);
  let goOn = (): void => undefined;
  const halfway = new Promise<void>((resolve) => (goOn = resolve));
  await using peer = await StrictPeer.start({ files: { 'long.bin': content }, halfway });
  const into = await lab.folder();
  const { exit, stdout } = getByVersion1(peer, into);
  await peer.until(() => peer.heard.some(({ line }) => line === 'Get,long.bin\n'));
  // An original answers a peer that it does not know after ten seconds.
  await vi.advanceTimersByTimeAsync(10_000);
  for await (const line of stdout) if (String(line).includes('"progress"')) break;
  await vi.advanceTimersByTimeAsync(15_000);
  goOn();
  expect(await exit).toBe(0);
  expect((await readFile(join(into, 'long.bin'))).equals(content)).toBe(true);
  expect(peer.faults).toEqual([]);
});

it('`p2p get --protocol 1` says after twelve seconds that nobody has answered', async ({ lab }) => {
  await using peer = await StrictPeer.start({});
  const { exit, errors } = getByVersion1(peer, await lab.folder());
  await peer.until(() => peer.heard.some(({ line }) => line === 'Get,long.bin\n'));
  await vi.advanceTimersByTimeAsync(12_000);
  expect(await exit).toBe(1);
  expect(errors()).toBe(
    `Asked 1 member: no answer from ${peer.address} yet.\n` +
      `p2p: No answer from ${peer.address}: p2p is not running there, on that UDP port, or a firewall ` +
      'stops it, or it is sealed (p2p join gets its key), or it is a node of version 1, which does not say that it has no "long.bin"\n',
  );
});
