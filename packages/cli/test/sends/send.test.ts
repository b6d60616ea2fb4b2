// Nodes on loopback that hand things to one another.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import type { OfferProgress } from '@peerlane/tcp-transfer';
import { ClusterKey, Keyring } from '../../src/node/index.ts';
import { addressOf, Nodes } from '../support/nodes.ts';
import { moment, newFolder, receiver, sender, yes } from '../support/sends.ts';

it('A file, an empty file, a folder and a text are sent to one who is asked once', async () => {
  await using nodes = new Nodes();
  const from = await sender(nodes);
  const to = await receiver(nodes, yes);
  const received = vi.fn();
  to.node.on('itemReceived', received);
  const decided = vi.fn();
  to.node.on('sendDecided', decided);
  const told = vi.fn();
  to.node.on('senderTold', told);
  const send = await from.prepareSend([
    { kind: 'file', filename: 'report.pdf' },
    { kind: 'file', filename: 'empty' },
    { kind: 'folder', filename: 'photos' },
    { kind: 'text', filename: 'note' },
  ]);
  expect(send).toMatchObject({
    total: 700_001 + 8 + 10 + 2,
    items: [{ size: 8 }, { size: 0 }, { files: 2 }, {}],
  });
  const states: OfferProgress[] = [];
  const outcomes = await Promise.all(
    send.items.map((item) =>
      from.send(item, to.node.tcpAddress, { send, onState: (state) => states.push(state) }),
    ),
  );
  expect(outcomes).toEqual(send.items.map(() => ({ state: 'received' })));
  expect(to.asked).toEqual([
    {
      ...{ id: send.id, from: 'anna', address: '127.0.0.1', items: 4, total: send.total },
      first: expect.objectContaining({ kind: expect.any(String) as string }) as object,
    },
  ]);
  expect(to.texts).toEqual(['Grüße\u001b[31m']);
  expect(await readFile(join(to.into, 'report.pdf'), 'utf8')).toBe('a report');
  expect((await readFile(join(to.into, 'photos', 'sub', 'b.jpg'))).length).toBe(700_000);
  const names = (await readdir(to.into)).filter((name) => name !== '.peerlane');
  expect(names.sort()).toEqual(['empty', 'photos', 'report.pdf']);
  expect(received).toHaveBeenCalledTimes(4);
  expect(told).toHaveBeenCalledTimes(4);
  expect(decided.mock.calls).toEqual([[{ send: to.asked[0], as: 'accepted' }]]);
}, 60_000);

it('Nothing is written before a yes, and nothing is overwritten after it', async () => {
  await using nodes = new Nodes();
  const from = await sender(nodes);
  let accept: ((isWanted: boolean) => void) | undefined;
  const to = await receiver(nodes, () => new Promise((resolve) => (accept = resolve)));
  await writeFile(join(to.into, 'report.pdf'), 'mine');
  const send = await from.prepareSend([{ kind: 'file', filename: 'report.pdf' }]);
  const later = moment();
  let asked = 0;
  const sending = from
    .send(send.items[0]!, addressOf(to.node), {
      send,
      peers: () => {
        asked += 1;
        if (asked === 4) later.come();
        return [];
      },
    })
    .catch((error: unknown) => error);
  // It becomes a member as its address is not known.
  from.join(addressOf(to.node));
  await later.reached;
  expect(await readdir(to.into)).toEqual(['report.pdf']);
  accept!(true);
  expect(await sending).toEqual({ state: 'received' });
  expect(await readFile(join(to.into, 'report.pdf'), 'utf8')).toBe('mine');
  expect(await readFile(join(to.into, 'report (1).pdf'), 'utf8')).toBe('a report');
}, 60_000);

it('One who declines gets nothing, and one who takes no sends says so', async () => {
  await using nodes = new Nodes();
  const from = await sender(nodes);
  const to = await receiver(nodes, () => Promise.resolve(false));
  const older = await nodes.start({});
  const oldest = await nodes.start({ protocol: 1 });
  const send = await from.prepareSend([{ kind: 'file', filename: 'report.pdf' }]);
  const [item] = send.items;
  expect(await from.send(item!, to.node.tcpAddress, { send })).toEqual({ state: 'declined' });
  expect(await from.send(item!, older.tcpAddress, { send })).toEqual({ state: 'unsupported' });
  expect(await from.send(item!, oldest.tcpAddress, { send })).toEqual({ state: 'unanswered' });
  expect(await readdir(to.into)).toEqual([]);
}, 60_000);

it('A member of version 1 is never asked', async () => {
  await using nodes = new Nodes();
  const from = await sender(nodes);
  const oldest = await nodes.start({ protocol: 1, members: [addressOf(from)] });
  const connected = vi.fn();
  oldest.on('connection', connected);
  const send = await from.prepareSend([{ kind: 'file', filename: 'report.pdf' }]);
  expect(await from.send(send.items[0]!, addressOf(oldest), { send })).toEqual({
    state: 'unsupported',
  });
  expect(connected).not.toHaveBeenCalled();
}, 60_000);

it('A sealed cluster sends, and strangers are told apart', async () => {
  await using nodes = new Nodes();
  const keyring = new Keyring([ClusterKey.generate()]);
  const from = await sender(nodes, { keyring });
  const to = await receiver(nodes, yes, { keyring });
  const other = await receiver(nodes, yes, { keyring: new Keyring([ClusterKey.generate()]) });
  const open = await receiver(nodes, yes);
  const send = await from.prepareSend([{ kind: 'folder', filename: 'photos' }]);
  const [item] = send.items;
  expect(await from.send(item!, to.node.tcpAddress, { send })).toEqual({ state: 'received' });
  expect(await from.send(item!, other.node.tcpAddress, { send })).toEqual({ state: 'not-member' });
  expect(await from.send(item!, open.node.tcpAddress, { send })).toEqual({ state: 'not-member' });
  const stranger = await sender(nodes);
  const file = await stranger.prepareSend([{ kind: 'file', filename: 'report.pdf' }]);
  expect(await stranger.send(file.items[0]!, to.node.tcpAddress, { send: file })).toEqual({
    state: 'unanswered',
  });
}, 60_000);

it('Several receivers are told of each other, and all have it', async () => {
  await using nodes = new Nodes();
  const from = await sender(nodes);
  const receivers = await Promise.all([1, 2, 3].map(() => receiver(nodes, yes)));
  const send = await from.prepareSend([{ kind: 'folder', filename: 'photos' }]);
  const outcomes = await Promise.all(
    receivers.map(({ node }) => from.send(send.items[0]!, node.tcpAddress, { send })),
  );
  expect(outcomes).toEqual(receivers.map(() => ({ state: 'received' })));
  for (const { into } of receivers)
    expect((await readFile(join(into, 'photos', 'sub', 'b.jpg'))).length).toBe(700_000);
}, 60_000);

it('A receiver that was away comes back, is asked again and gets it', async () => {
  await using nodes = new Nodes();
  const from = await sender(nodes);
  const first = await receiver(nodes, () => new Promise(() => undefined));
  const { port } = first.node.tcpAddress;
  const send = await from.prepareSend([{ kind: 'file', filename: 'report.pdf' }]);
  const states: string[] = [];
  const away = moment();
  const later = moment();
  const sending = from.send(send.items[0]!, first.node.tcpAddress, {
    send,
    onState: ({ state }) => {
      states.push(state);
      if (state === 'later') later.come();
      if (state === 'away') away.come();
    },
  });
  await later.reached;
  await first.node.close();
  await away.reached;
  const back = await receiver(nodes, yes, { tcpPort: port });
  expect(await sending).toEqual({ state: 'received' });
  expect(await readFile(join(back.into, 'report.pdf'), 'utf8')).toBe('a report');
  expect(states.slice(0, 2)).toEqual(['later', 'away']);
}, 60_000);

it('What changes after it was accepted has failed as changed', async () => {
  await using nodes = new Nodes();
  const path = await newFolder();
  await writeFile(join(path, 'report.pdf'), 'a report');
  const from = await nodes.start({ files: [join(path, 'report.pdf')] });
  const to = await receiver(nodes, async () => {
    await writeFile(join(path, 'report.pdf'), 'something else');
    return true;
  });
  const failed = vi.fn();
  to.node.on('itemFailed', failed);
  const send = await from.prepareSend([{ kind: 'file', filename: 'report.pdf' }]);
  expect(await from.send(send.items[0]!, to.node.tcpAddress, { send })).toEqual({
    state: 'failed',
    reason: 'changed',
  });
  expect(failed).toHaveBeenCalledOnce();
  expect((await readdir(to.into)).filter((name) => name !== '.peerlane')).toEqual([]);
}, 60_000);

it('A send ends with its signal, and with its node', async () => {
  await using nodes = new Nodes();
  const from = await sender(nodes);
  const to = await receiver(nodes, () => new Promise(() => undefined));
  const send = await from.prepareSend([{ kind: 'file', filename: 'report.pdf' }]);
  const reason = new Error('enough');
  const control = new AbortController();
  const options = {
    send,
    signal: control.signal,
    onState: () => {
      control.abort(reason);
    },
  };
  await expect(from.send(send.items[0]!, to.node.tcpAddress, options)).rejects.toBe(reason);
  const sending = from.send(send.items[0]!, to.node.tcpAddress, {
    send,
    onState: () => void from.close(),
  });
  await expect(sending).rejects.toMatchObject({ code: 'closed' });
  await expect(from.prepareSend([])).rejects.toMatchObject({ code: 'closed' });
}, 60_000);

it('What is not shared cannot be sent', async () => {
  await using nodes = new Nodes();
  const from = await sender(nodes);
  for (const kind of ['file', 'folder', 'text'] as const)
    await expect(from.prepareSend([{ kind, filename: 'nothing' }])).rejects.toMatchObject({
      code: 'no-file',
    });
}, 60_000);
