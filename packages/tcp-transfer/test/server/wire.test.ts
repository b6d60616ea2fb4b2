// The wire events of a server: bytes that cross its connections.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { encodeTransferHeader } from '@peerlane/protocol';
import { SharedFolder, startFileServer, type TransferWireEvent } from '../../src/index.ts';
import { temporaryFolder } from '../support/helpers.ts';

/** Sends each line when the answer to the one before has come, and records the wire events. */
async function converse(
  content: Uint8Array,
  lines: readonly { readonly request: string; readonly answerLength: number }[],
): Promise<{
  readonly answer: Buffer;
  readonly events: TransferWireEvent[];
  readonly own: string;
}> {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'a.bin'), content);
  await using shared = await SharedFolder.open(folder);
  const server = await startFileServer({ library: { files: shared } });
  onTestFinished(() => server.close());
  const events: TransferWireEvent[] = [];
  server.on('wire', (event) => events.push(event));
  const socket = createConnection(server.address);
  await once(socket, 'connect');
  const own = `127.0.0.1:${socket.localPort}`;
  const all = buffer(socket);
  let received = 0;
  let expected = 0;
  socket.on('data', (bytes: Buffer) => (received += bytes.length));
  for (const { request, answerLength } of lines) {
    socket.write(request);
    expected += answerLength;
    while (received < expected) await once(socket, 'data');
  }
  socket.end();
  return { answer: await all, events, own };
}

/** The events of one direction; the lengths of consecutive data are added up. */
function oneWay(events: readonly TransferWireEvent[], way: 'in' | 'out'): (string | number)[] {
  const crossed: (string | number)[] = [];
  for (const event of events.filter(({ direction }) => direction === way)) {
    const last = crossed.at(-1);
    if (event.bytes !== undefined) crossed.push(Buffer.from(event.bytes).toString());
    else if (typeof last === 'number') crossed.push((crossed.pop() as number) + event.dataLength);
    else crossed.push(event.dataLength);
  }
  return crossed;
}

it('The server reports a request of version 1, the header, and how many bytes of the file were sent', async () => {
  const content = randomBytes(1_000_001);
  const { answer, events, own } = await converse(content, [
    { request: 'Get,a.bin\n', answerLength: 74 + content.length },
  ]);
  const header = Buffer.from(encodeTransferHeader({ size: content.length, filename: 'a.bin' }));
  expect(answer.equals(Buffer.concat([header, content]))).toBe(true);
  expect(oneWay(events, 'in')).toEqual(['Get,a.bin\n']);
  expect(oneWay(events, 'out')).toEqual([header.toString(), content.length]);
  expect(new Set(events.map(({ client }) => client))).toEqual(new Set([own]));
});

it('The server reports each line of version 2, also one that was sent in one write with data', async () => {
  const part = '{"v":2,"want":"data","filename":"a.bin","offset":1,"length":3}\n';
  const missing = '{"v":2,"want":"data","filename":"b.bin"}\n';
  const { answer, events } = await converse(Buffer.from('hello'), [
    { request: part, answerLength: 1 },
    { request: missing, answerLength: 1 },
  ]);
  const [line, length, refusal] = oneWay(events, 'out');
  expect(oneWay(events, 'in')).toEqual([part, missing]);
  expect(length).toBe(3);
  expect(answer.toString()).toBe(`${line}ell${refusal}`);
  expect(JSON.parse(line as string)).toMatchObject({ length: 3, offset: 1, size: 5 });
  expect(JSON.parse(refusal as string)).toMatchObject({ error: { code: 'not-found' } });
});

it('The server reports bytes that no client should have sent', async () => {
  const { events } = await converse(Buffer.from('hello'), [
    { request: 'Get,a.bin\nmore', answerLength: 1 },
  ]);
  expect(oneWay(events, 'in')).toEqual(['Get,a.bin\nmore']);
});
