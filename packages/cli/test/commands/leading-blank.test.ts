// Files whose names begin or end with a blank, between versions.
import { once } from 'node:events';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describe, expect } from 'vitest';
import { createNode, type NodeOptions, type PeerlaneNode } from '../../src/node/index.ts';
import { nearNames } from '../../src/members/near-names.ts';
import { it, type Lab } from '../support/lab.ts';
import { terminals } from '../support/program.ts';
import { StrictPeer } from '../support/strict-peer.ts';

const [plain, blank] = ['both.txt', ' both.txt'] as const;

/** Whether no file can have a name that ends in a blank or holds a tab. */
const noSuchNames = process.platform === 'win32';
const noSuchNamesReason = 'no file of Windows has such a name';

/** A folder with files that contain their own names. */
async function folderWith(lab: Lab, ...names: readonly string[]): Promise<string> {
  const folder = await lab.folder();
  for (const name of names) await writeFile(join(folder, name), `this is "${name}"`);
  return folder;
}

function holding(...names: readonly string[]): Record<string, Buffer> {
  return Object.fromEntries(names.map((name) => [name, Buffer.from(`this is "${name}"`)]));
}

async function started(options: NodeOptions): Promise<PeerlaneNode> {
  const node = createNode({ port: 0, discovery: false, ...options });
  await node.start();
  return node;
}

const addressOf = ({ address: { host, port } }: PeerlaneNode): string => `${host}:${port}`;

/** An original that our node answers at once, because it was the first to answer a request of ours. */
async function friendOf(node: PeerlaneNode, folder: string): Promise<StrictPeer> {
  const peer = await StrictPeer.start({ files: holding('first.txt'), answerDelay: 0 });
  node.join(peer.address);
  await node.get('first.txt', { into: folder });
  peer.known.add(addressOf(node));
  return peer;
}

describe('an original peer that asks for " both.txt"', () => {
  it('An original that asks for " both.txt" gets it, and not "both.txt"', async ({ lab }) => {
    const folder = await folderWith(lab, plain, blank);
    await using node = await started({ folder });
    await using peer = await friendOf(node, await lab.folder());
    expect(String(await peer.get(blank))).toBe('this is " both.txt"');
    expect(String(await peer.get(plain))).toBe('this is "both.txt"');
    expect(peer.faults).toEqual([]);
  });

  it('An original that asks for " both.txt" gets nothing from a node that has only "both.txt"', async ({
    lab,
  }) => {
    const folder = await folderWith(lab, plain, 'last.txt');
    await using node = await started({ folder });
    await using peer = await friendOf(node, await lab.folder());
    const asked = once(node, 'request');
    void peer.get(blank);
    await asked;
    const socket = createConnection(node.tcpAddress.port, '127.0.0.1');
    socket.write('Get, both.txt\n');
    expect((await buffer(socket)).length).toBe(0);
    expect(peer.heard.filter(({ line }) => line.startsWith('File,'))).toEqual([]);
  });
});

describe('a file whose name begins with a blank', () => {
  it('A name with a leading blank is asked of an original as it is', async ({ lab }) => {
    await using peer = await StrictPeer.start({ files: holding(plain, blank), answerDelay: 0 });
    for (const protocol of [1, 2] as const) {
      await using node = await started({
        folder: await lab.folder(),
        protocol,
        members: [peer.address],
      });
      const { path } = await node.get(blank);
      expect(path.endsWith('/ both.txt')).toBe(true);
      expect(await readFile(path, 'utf8')).toBe('this is " both.txt"');
    }
    expect(peer.requested).toEqual(['Get, both.txt\n', 'Get, both.txt\n']);
    expect(peer.faults).toEqual([]);
  });

  it('`p2p get " both.txt"` downloads the file with the leading blank', async ({ lab }) => {
    await using node = await started({ folder: await folderWith(lab, plain, blank) });
    const into = await lab.folder();
    const guest = lab.run({ args: ['get', blank, '--peer', addressOf(node), '--into', into] });
    expect(await guest.exit).toBe(0);
    expect(await readdir(into)).toContain(blank);
    expect(await readFile(join(into, blank), 'utf8')).toBe('this is " both.txt"');
  });

  it('A leading blank is typed in a script as a second blank, and at a terminal in quotes', async ({
    lab,
    skip,
  }) => {
    await using node = await started({ folder: await folderWith(lab, plain, blank) });
    const folder = await lab.folder();
    const script = await lab.start(folder, { cluster: addressOf(node) });
    script.node.type('get  both.txt', 'search  both');
    await script.node.says('Received file completely!');
    expect(await readFile(join(folder, blank), 'utf8')).toBe('this is " both.txt"');
    await script.node.says(/NAME\n.* {2}" both\.txt"\n$/);
    skip(terminals.missing, terminals.reason);
    const other = await lab.folder();
    const env = { P2P_PORT: '0', P2P_FOLDER: other, P2P_CLUSTER: addressOf(node), NO_COLOR: '1' };
    const person = lab.run({ terminal: true, env });
    await person.says("('quit' to exit)\n");
    person.type('search');
    await person.says('" both.txt"\n');
    person.press('get " bo\t');
    await person.says('get " both.txt"');
    person.press('\r');
    await person.says('Received file completely!');
    expect(await readFile(join(other, blank), 'utf8')).toBe('this is " both.txt"');
  });

  it('A name with a leading blank is suggested for the name without it', async ({ lab }) => {
    await using node = await started({ folder: await folderWith(lab, blank) });
    await using asker = await started({ guest: true, members: [addressOf(node)] });
    expect(await nearNames(asker, plain, new AbortController().signal)).toEqual([blank]);
  });
});

describe('a file whose name ends in a blank', () => {
  const [ending, without] = ['end.txt ', 'end.txt'] as const;

  it('A name with a trailing blank is not offered to an original, which asks without the blank', async ({
    lab,
    skip,
  }) => {
    skip(noSuchNames, noSuchNamesReason);
    const folder = await folderWith(lab, ending);
    await using node = await started({ folder });
    const request = (line: string) => {
      const socket = createConnection(node.tcpAddress.port, '127.0.0.1');
      socket.write(line);
      return buffer(socket).then((bytes) => bytes.toString('utf8', 74));
    };
    expect(await request('Get,end.txt \n')).toBe('');
    await writeFile(join(folder, without), 'this is "end.txt"');
    await expect.poll(() => request('Get,end.txt \n')).toBe('this is "end.txt"');
  });

  it('A name with a trailing blank is fetched in version 2, and refused in one line in version 1', async ({
    lab,
    skip,
  }) => {
    skip(noSuchNames, noSuchNamesReason);
    await using node = await started({ folder: await folderWith(lab, ending, without) });
    const into = await lab.folder();
    const get = (...more: readonly string[]) =>
      lab.run({ args: ['get', ending, '--peer', addressOf(node), '--into', into, ...more] });
    expect(await get().exit).toBe(0);
    expect(await readFile(join(into, ending), 'utf8')).toBe('this is "end.txt "');
    const refused = get('--protocol', '1');
    expect(await refused.exit).toBe(1);
    expect(refused.stderr).toBe(
      `p2p: This cluster's protocol cannot ask for a name that ends in a blank: "end.txt "\n`,
    );
  });
});

it('Blanks other than the space are kept at the start of a name', async ({ lab, skip }) => {
  skip(noSuchNames, noSuchNamesReason);
  const names = ['\u00a0a.txt', '\u3000a.txt', '\u0085a.txt', '\ufeffa.txt', '\ufeffa.txt\ufeff'];
  const folder = await folderWith(lab, 'a.txt', ...names);
  await mkdir(join(folder, 'sub'));
  await writeFile(join(folder, 'sub', '\ta.txt'), 'this is "\ta.txt"');
  await using node = await started({ folder });
  await using peer = await friendOf(node, await lab.folder());
  for (const name of [...names, '\ta.txt']) {
    expect(String(await peer.get(name))).toBe(`this is "${name}"`);
  }
  expect(peer.faults).toEqual([]);
});
