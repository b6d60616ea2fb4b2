import { beforeEach, describe, expect, it, vi } from 'vitest';
import { startUdpNode, type UdpNodeOptions } from '../../src/index.ts';

// What macOS says of multicast on loopback where no route leads there.
const refused = Object.assign(new Error('send EHOSTUNREACH 239.255.13.78:13780'), {
  code: 'EHOSTUNREACH',
});
const announce = vi.hoisted(() => vi.fn<() => Promise<void>>());
vi.mock('../../src/lan/lan-socket.ts', async (original) => ({
  ...(await original<object>()),
  openLanSocket: () =>
    Promise.resolve({ announce, onDatagram: () => undefined, close: () => Promise.resolve() }),
}));
beforeEach(() => {
  announce.mockReset().mockRejectedValue(refused);
});

/** What a node warns of that is bound to loopback, after its first announcement. */
async function warnings(options: Partial<UdpNodeOptions> = {}): Promise<string[]> {
  const told: string[] = [];
  await using node = await startUdpNode({ port: 0, tcpPort: 1, hasFile: () => false, ...options });
  node.on('warning', ({ message }) => told.push(message));
  await vi.waitFor(() => {
    expect(announce).toHaveBeenCalled();
  });
  await new Promise((resolve) => setImmediate(resolve));
  return told;
}

describe('a system that refuses multicast on loopback', () => {
  it('is no matter for a node that nobody told to look for others', async () => {
    expect(await warnings()).toEqual([]);
  });

  it('is a warning for one that was told to', async () => {
    expect(await warnings({ discovery: true })).toEqual([
      'Cannot look for nodes on the local network: send EHOSTUNREACH 239.255.13.78:13780',
    ]);
  });
});
