import {
  formatPeerAddress,
  isLoopback,
  parsePeerAddress,
  type DiscoverExtension,
} from '@peerlane/protocol';
import { checkOptions } from './check-options.ts';
import { systemClock } from './system/clock.ts';
import { LanDiscovery } from './lan/lan-discovery.ts';
import { discoveryGroup, openLanSocket, type LanSocket } from './lan/lan-socket.ts';
import type { UdpNodeOptions } from './options.ts';
import { reasonOf } from './system/reason.ts';
import type { DatagramTransport } from './transport/transport.ts';
import { UdpNode } from './udp-node.ts';
import { openUdpTransport } from './transport/udp-transport.ts';

/**
 * Binds the socket, tells the members about the cluster, and answers requests from then on.
 *
 * @throws TypeError or RangeError for an option that is none; ProtocolError `bad-address` for a member
 * or a host that is no address; the system's error where the port cannot be bound
 */
export async function startUdpNode(options: UdpNodeOptions): Promise<UdpNode> {
  checkOptions(options);
  const { host = '127.0.0.1', port = 1378, protocol = 2, lan } = options;
  const members = (options.members ?? []).map((member) =>
    formatPeerAddress(parsePeerAddress(member)),
  );
  const transport: DatagramTransport =
    options.transport ?? (await openUdpTransport({ host, port }));
  const node = new UdpNode({ ...options, members }, transport);
  const alone = members.length === 0 && protocol === 2 && options.transport === undefined;
  if (options.discovery ?? (alone || lan !== undefined)) await discover(node, options);
  return node;
}

/** Announces the node on the local network; where that cannot be, it goes on without. */
async function discover(node: UdpNode, options: UdpNodeOptions): Promise<void> {
  const { name, guest, tcpPort, clock = systemClock, period = 20_000 } = options;
  const extension: DiscoverExtension = {
    v: 2,
    id: node.id,
    period: Math.ceil(period),
    tcp: tcpPort,
    ...(name !== undefined && { name }),
    ...(guest && { guest: true }),
  };
  const warn = (reason: string): void => {
    node.warn('multicast', undefined, `Cannot look for nodes on the local network: ${reason}`);
  };
  const isAsked = options.discovery === true || options.lan !== undefined;
  const onFailure = (reason: string): void => {
    // macOS has no way for multicast on loopback. Nobody misses there what they did not ask for.
    if (isAsked || !isLoopback(node.address.host)) warn(reason);
  };
  let socket: LanSocket;
  try {
    socket = options.lan ?? (await openLanSocketFor(node));
  } catch (error) {
    // A moment later, so that whoever starts the node hears it.
    const timer = clock.schedule(() => {
      warn(reasonOf(error));
    }, 0);
    node.closeWith({
      close: () => {
        timer.cancel();
        return Promise.resolve();
      },
    });
    return;
  }
  const own = formatPeerAddress(node.address);
  const onFound = node.meet.bind(node);
  node.closeWith(new LanDiscovery({ socket, clock, period, own, extension, onFound, onFailure }));
}

async function openLanSocketFor({ address: { host, port } }: UdpNode): Promise<LanSocket> {
  // Windows would share the port, and the node would miss what is sent to it.
  if (port === discoveryGroup.port)
    throw new Error(`port ${port}, on which nodes are found, is this node's own`);
  return await openLanSocket(host);
}
