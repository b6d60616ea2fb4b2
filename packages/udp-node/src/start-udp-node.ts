// Starts a node: resolves its options, opens its sockets and puts it together.
import { isLoopback, type PeerAddress } from '@peerlane/protocol';
import { LanDiscovery } from './lan/lan-discovery.ts';
import type { LanSocket } from './lan/lan-socket.ts';
import { openLan } from './lan/open-lan.ts';
import { reaches } from './lan/reach.ts';
import { sealedLan } from './lan/sealed-lan.ts';
import { resolveOptions, type Settings, type UdpNodeOptions } from './options.ts';
import { reasonOf } from './system/reason.ts';
import { OutwardTransport } from './transport/outward-transport.ts';
import { SealedTransport } from './transport/sealed-transport.ts';
import { Sealing } from './transport/sealing.ts';
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
  const { seal, clock, rate } = settings;
  const { transport: inner = await openTransport(settings) } = settings;
  const sealing = seal && new Sealing(seal, clock);
  const transport = sealing ? new SealedTransport(inner, sealing, rate) : inner;
  const discovery = settings.discovery
    ? await openDiscovery(settings, transport.address, sealing)
    : undefined;
  return new UdpNode({ settings, transport, discovery, sealing });
}

async function openTransport(settings: Settings): Promise<DatagramTransport> {
  const transport = await openUdpTransport(settings);
  const isOutward = settings.outward && isLoopback(transport.address.host);
  return isOutward ? new OutwardTransport(transport, openUdpTransport) : transport;
}

async function openDiscovery(
  settings: Settings,
  bound: PeerAddress,
  sealing: Sealing | undefined,
): Promise<LanDiscovery> {
  // macOS has no way for multicast on loopback. Discovery that was not asked for fails silently there.
  const warns = settings.isDiscoveryWanted || !isLoopback(bound.host);
  try {
    const inner = settings.lan ?? (await openLan(bound));
    const isHeard = (host: string): boolean => reaches(bound.host, host, settings.allow);
    const socket = sealing ? sealedLan(inner, sealing, isHeard) : inner;
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
