// The ports that sockets share, and those that they do not.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { expect, it, vi } from 'vitest';
import { discoveryGroup, openLanSocket, openUdpTransport, startUdpNode } from '../../src/index.ts';

// On Windows a socket that shares its port gets the datagrams of a program that does not.
vi.mock('node:dgram', async (original) => {
  const real = await original<{ createSocket: typeof createSocket }>();
  return { ...real, createSocket: vi.fn(real.createSocket) };
});
const asked = vi.mocked(createSocket);

const loopback = { host: '127.0.0.1', port: 0 };

it("Only the socket for discovery shares its port, a node's own is its alone", async () => {
  const transport = await openUdpTransport(loopback);
  expect(asked.mock.calls.map(([options]) => options)).toEqual([
    expect.not.objectContaining({ reuseAddr: true }),
  ]);
  asked.mockClear();
  const { port } = transport.address;
  await transport.close();
  const lan = await openLanSocket('127.0.0.1', { host: '239.255.13.78', port });
  expect(asked.mock.calls.map(([options]) => options)).toEqual([
    expect.objectContaining({ reuseAddr: true }),
  ]);
  await lan.close();
});

it('A node on the port of discovery does not share it, and warns', async () => {
  asked.mockClear();
  await using node = await startUdpNode({
    ...{ tcpPort: 1, hasFile: () => false, discovery: true },
    transport: {
      address: { host: '127.0.0.1', port: discoveryGroup.port },
      onDatagram: () => undefined,
      send: () => Promise.resolve(),
      close: () => Promise.resolve(),
    },
  });
  expect(await once(node, 'warning')).toMatchObject([
    { kind: 'multicast', message: expect.stringContaining("is this node's own") as string },
  ]);
  expect(asked).not.toHaveBeenCalled();
});

it('A program that does not share the port of discovery causes a warning that is heard', async () => {
  const failing = Object.assign(new Error('bind EADDRINUSE 0.0.0.0:13780'), { code: 'EADDRINUSE' });
  const transport = await openUdpTransport(loopback);
  asked.mockImplementationOnce(() => {
    throw failing;
  });
  await using node = await startUdpNode({
    ...{ transport, tcpPort: 1, hasFile: () => false, discovery: true },
  });
  expect(await once(node, 'warning')).toMatchObject([
    { kind: 'multicast', message: expect.stringContaining('EADDRINUSE') as string },
  ]);
});
