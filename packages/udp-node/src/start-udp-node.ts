// Starts a node: resolves its options, opens its sockets and puts it together.
import { isLoopback, type PeerAddress } from '@peerlane/protocol';
import { LanDiscovery } from './lan/lan-discovery.ts';
import type { LanSocket } from './lan/lan-socket.ts';
import { openLan } from './lan/open-lan.ts';
import { resolveOptions, type Settings, type UdpNodeOptions } from './options.ts';
import { reasonOf } from './system/reason.ts';
import { OutwardTransport } from './transport/outward-transport.ts';
import type { DatagramTransport } from './transport/transport.ts';
import { openUdpTransport } from './transport/udp-transport.ts';
import { UdpNode } from './udp-node.ts';

/**
 * Binds the socket, sends the members their lists, and answers requests from then on.
 *
 * @throws TypeError or RangeError that names a bad option; ProtocolError `bad-address` for a member or
 * a host that is no address, and `not-encodable` for a name that no DISCOVER may carry; the system's
 * error if the port cannot be bound
 */
export async function startUdpNode(options: UdpNodeOptions): Promise<UdpNode> {
  const settings = resolveOptions(options);
  const { transport = await openTransport(settings) } = settings;
  const discovery = settings.discovery
    ? await openDiscovery(settings, transport.address)
    : undefined;
  return new UdpNode(settings, transport, discovery);
}

async function openTransport(settings: Settings): Promise<DatagramTransport> {
  const transport = await openUdpTransport(settings);
  const isOutward = settings.outward && isLoopback(transport.address.host);
  return isOutward ? new OutwardTransport(transport, openUdpTransport) : transport;
}

async function openDiscovery(settings: Settings, bound: PeerAddress): Promise<LanDiscovery> {
  // macOS has no way for multicast on loopback. Discovery that was not asked for fails silently there.
  const warns = settings.isDiscoveryWanted || !isLoopback(bound.host);
  try {
    const socket = settings.lan ?? (await openLan(bound));
    return new LanDiscovery({ settings, socket, bound, warns });
  } catch (error) {
    return new LanDiscovery({ settings, socket: failedSocket(error), bound, warns: true });
  }
}

/** A socket that could not be opened: every announcement fails for that reason. */
function failedSocket(reason: unknown): LanSocket {
  return {
    onDatagram: () => undefined,
    announce: () => Promise.reject(new Error(reasonOf(reason), { cause: reason })),
    close: () => Promise.resolve(),
  };
}
