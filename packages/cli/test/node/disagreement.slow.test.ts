// Holders that disagree, and holders of version 1 beside those of version 2, on loopback.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { createNode, type PeerlaneNode } from '../../src/node/index.ts';
import { events, run } from '../support/guests.ts';
import { it, type Lab } from '../support/lab.ts';
import { terminals } from '../support/program.ts';
import { StrictPeer } from '../support/strict-peer.ts';

/** A node that shares one file, whose digests it knows. */
async function sharing(lab: Lab, host: string, text: string): Promise<PeerlaneNode> {
  const folder = await lab.folder();
  await writeFile(join(folder, 'a.txt'), text);
  const node = createNode({ folder, host, port: 0, discovery: false });
  await node.start();
  const { host: at, port } = node.address;
  await using asker = createNode({ host, port: 0, members: [`${at}:${port}`], guest: true });
  await asker.start();
  await asker.get('a.txt', { into: await lab.folder() });
  return node;
}

function addressOf({ address: { host, port } }: PeerlaneNode): string {
  return `${host}:${port}`;
}

describe('what is downloaded where holders disagree', () => {
  it('Where nobody can be asked, `p2p get` takes what most machines offer, and says so', async ({
    lab,
    skip,
  }) => {
    skip(process.platform !== 'linux', 'only Linux has all of 127.0.0.0/8');
    await using one = await sharing(lab, '127.0.0.1', 'right');
    await using lone = await sharing(lab, '127.0.0.2', 'wrong');
    await using other = await sharing(lab, '127.0.0.3', 'right');
    const into = await lab.folder();
    const peers = [lone, one, other].map(addressOf).join(',');
    const got = await run(lab, into, 'get', 'a.txt', '--peer', peers, '--host', '127.0.0.1');
    expect(await readFile(join(into, 'a.txt'), 'utf8')).toBe('right');
    expect(got.stderr).toContain(
      '2 different contents are offered as "a.txt":\n  1. 5 B, 2 machines (',
    );
    expect(got.stderr).toContain(
      'Taking the content of "a.txt" that most machines offer (2 machines)',
    );
    expect(got.code).toBe(0);
  });

  it.for([
    ['a number takes that content', '2\r', 0, /Received "a\.txt" \(\d B\)/],
    ['Ctrl-D takes none', '\u0004', 1, /No content was chosen: name one with --root/],
    ['Ctrl-C ends the program', '\u0003', 130, /Which one\?/],
  ] as const)(
    'At a terminal `p2p get` asks which content is wanted: %s',
    async ([, keys, code, said], { lab, skip }) => {
      skip(process.platform !== 'linux', 'only Linux has all of 127.0.0.0/8');
      skip(terminals.missing, terminals.reason);
      await using one = await sharing(lab, '127.0.0.1', 'right');
      await using other = await sharing(lab, '127.0.0.2', 'other!');
      const into = await lab.folder();
      const peers = [one, other].map(addressOf).join(',');
      const args = ['get', 'a.txt', '--peer', peers, '--host', '127.0.0.1'];
      const asking = lab.run({ args, cwd: into, terminal: true });
      const [, size] = await asking.says(/ {2}2\. (\d) B/);
      await asking.says('Which one? [1-2] ');
      asking.press(keys);
      expect(await asking.exit).toBe(code);
      expect(asking.stdout).toMatch(said);
      const text = await readFile(join(into, 'a.txt'), 'utf8').catch(() => undefined);
      expect(text?.length).toBe(code === 0 ? Number(size) : undefined);
    },
  );

  it('A session asks which content is wanted, and commands can be typed meanwhile', async ({
    lab,
    skip,
  }) => {
    skip(process.platform !== 'linux', 'only Linux has all of 127.0.0.0/8');
    skip(terminals.missing, terminals.reason);
    await using one = await sharing(lab, '127.0.0.1', 'right');
    await using other = await sharing(lab, '127.0.0.2', 'other!');
    const folder = await lab.folder();
    const env = {
      ...{ P2P_PORT: '0', P2P_FOLDER: folder, NO_COLOR: '1' },
      P2P_CLUSTER: [one, other].map(addressOf).join(','),
    };
    const session = lab.run({ env, terminal: true });
    session.type('get a.txt');
    const [, size] = await session.says(/ {2}2\. (\d) B/);
    await session.says('Which one? Type its number, from 1 to 2.');
    session.type('list', '7', '2');
    await session.says('Unknown command "7"');
    await session.says('Received file completely!');
    expect(await readFile(join(folder, 'a.txt'), 'utf8')).toHaveLength(Number(size));
    expect(session.stdout).toContain('Cluster members:');
    session.type('quit');
    expect(await session.exit).toBe(0);
  });

  it('A file of version 1 is said not to be verified, for a person and in JSON', async ({
    lab,
  }) => {
    await using peer = await StrictPeer.start({
      files: { 'a.txt': Buffer.from('hello') },
      answerDelay: 0,
    });
    const shown = await run(lab, await lab.folder(), 'get', 'a.txt', '--peer', peer.address);
    expect(shown.stdout).toBe(
      'Received "a.txt" (5 B).\n' +
        'Not verified: the peer speaks version 1, which does not prove what it sends.\n',
    );
    const args = ['get', 'a.txt', '--peer', peer.address];
    const json = await run(lab, await lab.folder(), ...args, '--json');
    expect(events(json).at(-1)).toMatchObject({ event: 'received', verified: false });
    const original = await run(lab, await lab.folder(), ...args, '--protocol', '1');
    expect(original.stdout).toBe('Received "a.txt" (5 B).\n');
  });
});
