// A cluster of both versions; the peers of version 1 are as strict as the original.
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describe, expect } from 'vitest';
import vectors from '../fixtures/original-peer.json' with { type: 'json' };
import { it } from '../support/lab.ts';
import { StrictPeer } from '../support/strict-peer.ts';

/** Large enough that a reset would cut off some bytes. */
const fileBytes = 3 * 1024 * 1024;

/** All first lines of version 1. */
const versionOne = [
  /^DISCOVER,(?:[\d.]+:\d+(?:,[\d.]+:\d+)*)?\n$/,
  /^Get,[^\n,]*[^\s,]\n$/,
  /^File,1,[1-9]\d*\n$/,
];

/** The nodes: two of version 2, and two that are as the original. */
const names = ['one', 'two', 'old', 'older'] as const;
type Name = (typeof names)[number];

/** One node has it at the start, and one other gets it. */
const fileOf = (from: Name, to: Name): string => `from ${from} for ${to}.bin`;

describe('a cluster of two nodes of version 2 and two that are as the original', () => {
  it('Every node of a mixed cluster gets every file, and the originals see only version 1', async ({
    lab,
  }) => {
    const contents = new Map<string, Buffer>();
    const filesFrom = (from: Name): Record<string, Buffer> => {
      const files = names.filter((to) => to !== from).map((to) => fileOf(from, to));
      for (const file of files) contents.set(file, randomBytes(fileBytes));
      return Object.fromEntries(files.map((file) => [file, contents.get(file)!]));
    };
    const start = async (name: Name, cluster: string) => {
      const folder = await lab.folder();
      for (const [file, content] of Object.entries(filesFrom(name)))
        await writeFile(join(folder, file), content);
      const started = await lab.start(folder, { cluster, env: { P2P_PERIOD: '1' } });
      return { name, folder, ...started };
    };
    const timing = { answerDelay: 50, period: 200 };
    await using old = await StrictPeer.start({ ...timing, files: filesFrom('old') });
    const one = await start('one', old.address);
    const two = await start('two', one.address);
    const members = [two.address];
    await using older = await StrictPeer.start({ ...timing, members, files: filesFrom('older') });
    const addresses = [one, two, old, older].map(({ address }) => address);
    for (const peer of [old, older]) {
      const others = addresses.filter((address) => address !== peer.address);
      await peer.until(() => others.every((address) => peer.known.has(address)));
    }

    /** Gets one file after the other, as the original does. Returns the duration of the first. */
    const getAll = async (peer: StrictPeer, to: Name, from: readonly Name[]): Promise<number> => {
      const times = [performance.now()];
      for (const file of from.map((each) => fileOf(each, to))) {
        expect((await peer.get(file)).equals(contents.get(file)!), file).toBe(true);
        times.push(performance.now());
      }
      return times[1]! - times[0]!;
    };
    const firsts = Promise.all([
      getAll(old, 'old', ['one', 'two', 'older']),
      getAll(older, 'older', ['two', 'one', 'old']),
    ]);
    for (const { name, node, folder } of [one, two]) {
      const files = names.filter((from) => from !== name).map((from) => fileOf(from, name));
      node.type(...files.map((file) => `get ${file}`));
      await node.says(new RegExp(`(?:Received file completely![^]*){${files.length}}`));
      for (const file of files) {
        const received = await readFile(join(folder, file));
        expect(received.equals(contents.get(file)!), file).toBe(true);
      }
    }
    // At its first request neither had answered any: version 1 delays the answer then.
    for (const time of await firsts) expect(time).toBeGreaterThan(9900);

    for (const [name, peer] of [
      ['old', old],
      ['older', older],
    ] as const) {
      expect(peer.faults).toEqual([]);
      const strange = peer.heard.filter(({ line }) => !versionOne.some((each) => each.test(line)));
      expect(strange).toEqual([]);
      const extended = peer.heard.filter(({ rest }) => rest !== '');
      expect(extended.filter(({ rest }) => !/^\{[^\n]*\}\n$/.test(rest))).toEqual([]);
      const types = new Set(extended.map(({ line }) => line.split(',')[0]));
      expect(types).toEqual(new Set(['DISCOVER', 'Get']));
      const asked = names.filter((to) => to !== name).map((to) => `Get,${fileOf(name, to)}\n`);
      expect(peer.requested.toSorted()).toEqual(asked.toSorted());
    }
  });
});

describe('the peer that these tests take for the original', () => {
  it.each(vectors.udp_encode)(
    'The strict peer reads and writes $bytes as the original does',
    ({ bytes }) => {
      expect(versionOne.filter((each) => each.test(bytes))).toHaveLength(1);
    },
  );

  /** The members it knows afterwards, its answer, and the number of faults it finds. */
  const reactions: Record<string, readonly [known: string[], answer: boolean, faults: number]> = {
    'DISCOVER,127.0.0.1:1499\n{"v":2}\n': [['127.0.0.1:1499'], false, 0],
    'Get,hello.txt\n{"v":2}\n': [[], true, 0],
    'File,1,41193\n{"v":2,"size":11}\n': [[], false, 0],
    'DISCOVER\n': [[], false, 0],
    'DISCOVER,\n': [[], false, 0],
    Get: [[], false, 1],
    'HELLO,2\n': [[], false, 1],
    'Get,a,b.txt\n': [[], true, 0],
    'Get, x.txt\n': [[], true, 0],
    ' \nGet,x.txt \n \n': [[], true, 0],
    'Get,a\r,b\n': [[], true, 0],
    'File, 1,33680\n': [[], false, 1],
    'DISCOVER, 127.0.0.1:1500 ,not-an-address\n': [
      [' 127.0.0.1:1500 ', 'not-an-address'],
      false,
      0,
    ],
  };
  it.each(vectors.udp_decode_by_peer)(
    'The strict peer handles $bytes as the original does',
    async ({ bytes }) => {
      const [known, answers, faults] = reactions[bytes]!;
      const shared = ['hello.txt', 'a', ' x.txt', 'x.txt', 'a\r'];
      const files = Object.fromEntries(shared.map((name) => [name, Buffer.from('hello\n')]));
      await using peer = await StrictPeer.start({ files, answerDelay: 0 });
      const socket = createSocket('udp4').bind(0, '127.0.0.1');
      await once(socket, 'listening');
      const answered = once(socket, 'message') as Promise<[Buffer]>;
      socket.send(bytes, Number(peer.address.split(':')[1]), '127.0.0.1');
      await peer.until(() => peer.heard.length === 1);
      expect([...peer.known]).toEqual(known);
      expect(peer.faults).toHaveLength(faults);
      if (answers) expect(String((await answered)[0])).toBe(`File,1,${peer.tcpPort}\n`);
      socket.close();
    },
  );

  it.each(vectors.tcp)(
    'The strict peer answers $request as the original does',
    async ({ request, response }) => {
      // It reads the first part of a request that comes in two.
      const [read] = Array.isArray(request) ? request : [request];
      const name = read!.slice('Get,'.length, read!.indexOf('\n'));
      const files = response === '' ? {} : { [name]: Buffer.from(response.slice(74)) };
      await using peer = await StrictPeer.start({ files });
      const socket = createConnection(peer.tcpPort, '127.0.0.1');
      socket.write(read!);
      expect(String(await buffer(socket))).toBe(response);
      expect(peer.requested).toEqual([read]);
    },
  );
});
