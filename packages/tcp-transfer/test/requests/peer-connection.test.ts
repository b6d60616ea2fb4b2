// Requests and answers, one after the other, on a connection to a peer of version 2.
import type { Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { encodeTransferAnswer } from '@peerlane/protocol';
import { deferred } from '../../src/async.ts';
import { PeerConnection } from '../../src/requests/peer-connection.ts';
import { fakePeer } from '../support/peers.ts';

const request = { want: 'data', filename: 'a' } as const;

/** A connection to a peer that answers each request in the same way. */
async function connectTo(answer: (socket: Socket) => void): Promise<PeerConnection> {
  const address = await fakePeer((_request, socket) => {
    answer(socket);
  });
  const connection = await PeerConnection.open(address);
  onTestFinished(() => {
    connection.close();
  });
  return connection;
}

async function all(data: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const bytes of data) pieces.push(Buffer.from(bytes));
  return Buffer.concat(pieces);
}

describe('a connection to a peer of version 2', () => {
  it('A connection answers one request after the other, with all of their data', async () => {
    const content = Buffer.from(Array.from({ length: 500_000 }, (_, at) => at % 251));
    const connection = await connectTo((socket) => {
      socket.write(encodeTransferAnswer({ length: content.length, size: content.length }));
      socket.write(content);
    });
    for (let round = 0; round < 3; round += 1) {
      const { answer, data } = await connection.request(request);
      expect(answer).toMatchObject({ size: content.length });
      expect((await all(data)).equals(content)).toBe(true);
    }
  });

  it('A piece stays in place until the one after the next is asked for', async () => {
    const content = Buffer.from(Array.from({ length: 8_000_000 }, (_, at) => at % 251));
    const connection = await connectTo((socket) => {
      socket.write(encodeTransferAnswer({ length: content.length }));
      socket.write(content);
    });
    const { data } = await connection.request(request);
    let before: { readonly bytes: Uint8Array; readonly copy: Buffer } | undefined;
    for await (const bytes of data) {
      if (before) expect(before.copy.equals(before.bytes)).toBe(true);
      before = { bytes, copy: Buffer.from(bytes) };
      // More arrives meanwhile.
      await new Promise((resolve) => setImmediate(resolve));
    }
  });

  it('An answer without data needs no reading', async () => {
    const connection = await connectTo((socket) => {
      socket.write(encodeTransferAnswer({ length: 0 }));
    });
    await connection.request(request);
    const { data } = await connection.request(request);
    expect(await all(data)).toHaveLength(0);
  });

  it('A request is refused as long as the data of the last answer are not read', async () => {
    const connection = await connectTo((socket) => {
      socket.write(Buffer.concat([encodeTransferAnswer({ length: 2 }), Buffer.from('ok')]));
    });
    const { data } = await connection.request(request);
    await expect(connection.request(request)).rejects.toThrow('were not read');
    await all(data);
    await connection.request(request);
  });

  it('Data that are not read to their end close the connection', async () => {
    const closed = deferred<undefined>();
    const connection = await connectTo((socket) => {
      socket.on('close', () => {
        closed.resolve(undefined);
      });
      socket.write(Buffer.concat([encodeTransferAnswer({ length: 9 }), Buffer.from('part')]));
    });
    const { data } = await connection.request(request);
    for await (const bytes of data) {
      expect(Buffer.from(bytes).toString()).toBe('part');
      break;
    }
    await closed.promise;
  });

  it('More bytes than were announced are a bad answer', async () => {
    const connection = await connectTo((socket) => {
      socket.write(encodeTransferAnswer({ length: 4 }));
      setImmediate(() => socket.write('12345'));
    });
    const reading = connection.request(request).then(({ data }) => all(data));
    await expect(reading).rejects.toMatchObject({ code: 'bad-answer' });
  });

  it('Closing a connection with a reason fails the reading of its data with that reason', async () => {
    const connection = await connectTo((socket) => {
      socket.write(encodeTransferAnswer({ length: 9 }));
    });
    const { data } = await connection.request(request);
    const reading = all(data);
    connection.close(new Error('enough'));
    await expect(reading).rejects.toThrow('enough');
  });
});
