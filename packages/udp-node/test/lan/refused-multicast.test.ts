// A system that refuses multicast on loopback.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { startUdpNode, type UdpNodeOptions } from '../../src/index.ts';

// The error of macOS for multicast on loopback without a route.
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

/** The warnings of a node that is bound to loopback, after its first announcement. */
async function warnings(options: Partial<UdpNodeOptions> = {}): Promise<string[]> {
  const warned: string[] = [];
  await using node = await startUdpNode({ port: 0, tcpPort: 1, hasFile: () => false, ...options });
  node.on('warning', ({ message }) => warned.push(message));
  await vi.waitFor(() => {
    expect(announce).toHaveBeenCalled();
  });
  await new Promise((resolve) => setImmediate(resolve));
  return warned;
}

describe('a system that refuses multicast on loopback', () => {
  it('A system without multicast on loopback is no matter for a node by default', async () => {
    expect(await warnings()).toEqual([]);
  });

  it('A system without multicast on loopback is a warning if discovery was asked for', async () => {
    expect(await warnings({ discovery: true })).toEqual([
      'Cannot look for nodes on the local network: send EHOSTUNREACH 239.255.13.78:13780',
    ]);
  });
});
