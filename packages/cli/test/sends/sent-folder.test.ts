// A folder with more in it than can be sent.
import { mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { NodeEvents } from '../../src/node/index.ts';
import { Nodes } from '../support/nodes.ts';

it.skipIf(process.platform === 'win32')(
  'A receiver counts what it could not have of a folder, but for links',
  async () => {
    await using nodes = new Nodes();
    const place = await mkdtemp(join(tmpdir(), 'peerlane-sent-'));
    const into = await mkdtemp(join(tmpdir(), 'peerlane-into-'));
    await mkdir(join(place, 'linked'));
    await writeFile(join(place, 'linked', 'a.txt'), 'a');
    await symlink('a.txt', join(place, 'linked', 'link'));
    await mkdir(join(place, 'odd'));
    const socket = createServer().listen(join(place, 'odd', 'socket'));
    onTestFinished(() => void socket.close());
    await once(socket, 'listening');
    const files = ['linked', 'odd'].map((name) => join(place, name));
    const sender = await nodes.start({ files, name: 'anna' });
    const decide = (): Promise<boolean> => Promise.resolve(true);
    const receiver = await nodes.start({ receive: { into, decide, onText: () => undefined } });
    const received: NodeEvents['itemReceived'][0][] = [];
    receiver.on('itemReceived', (item) => received.push(item));
    for (const filename of ['linked', 'odd']) {
      const send = await sender.prepareSend([{ kind: 'folder', filename }]);
      const to = receiver.tcpAddress;
      expect(await sender.send(send.items[0]!, to, { send })).toEqual({ state: 'received' });
    }
    expect(received.map(({ item, problems }) => [item.filename, problems])).toEqual([
      ['linked', undefined],
      ['odd', 1],
    ]);
  },
);
