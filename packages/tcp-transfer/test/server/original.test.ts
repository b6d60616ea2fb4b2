// A server with `protocol: 1`, which reads requests as the original does.
import { writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { SharedFolder, startFileServer } from '../../src/index.ts';
import { temporaryFolder } from '../support/helpers.ts';

const long = `${'é'.repeat(40)}.txt`;

/** What a server answers to bytes that come in one write, without an end. */
async function answerTo(request: string): Promise<Buffer> {
  const folder = await temporaryFolder();
  for (const name of ['hello.txt', long]) await writeFile(join(folder, name), 'hello\n');
  await using shared = await SharedFolder.open(folder);
  const server = await startFileServer({ library: { files: shared }, protocol: 1 });
  onTestFinished(() => server.close());
  const socket = createConnection(server.address);
  socket.write(request);
  return await buffer(socket);
}

const header = (name: Buffer): Buffer =>
  Buffer.concat([Buffer.from('6:::::::::'), name, Buffer.alloc(64, ':')]).subarray(0, 74);

it.each([
  ['Get,hello.txt\n'],
  ['Get,hello.txt'],
  ['\n  Get,hello.txt'],
  ['Get,hello.txt \r\n'],
  ['Get,hello.txt\n{"v":2,"offset":3}\n'],
])('A server of version 1 answers %j with the recorded bytes', async (request) => {
  const expected = Buffer.concat([header(Buffer.from('hello.txt')), Buffer.from('hello\n')]);
  expect(await answerTo(request)).toEqual(expected);
});

it('A server of version 1 cuts a name in its header inside a character', async () => {
  const cut = Buffer.from(long).subarray(0, 64);
  expect(await answerTo(`Get,${long}\n`)).toEqual(
    Buffer.concat([header(cut), Buffer.from('hello\n')]),
  );
});

it.each([
  ['the first part of a request', 'Get,hel'],
  ['a request of version 2', '{"v":2,"want":"data","filename":"hello.txt"}\n'],
  ['a request for nothing that it has', 'Get,missing\n'],
])('A server of version 1 answers %s by closing, without a byte', async (_what, request) => {
  expect(await answerTo(request)).toHaveLength(0);
});
