// What a node is made of.
import type { LanDiscovery } from './lan/lan-discovery.ts';
import type { Settings } from './options.ts';
import type { Sealing } from './transport/sealing.ts';
import type { DatagramTransport } from './transport/transport.ts';

/** The parts that a node is put together from. */
export interface UdpNodeParts {
  readonly settings: Settings;
  /** Already wrapped, if the node is sealed. */
  readonly transport: DatagramTransport;
  /** Its socket is already wrapped too. */
  readonly discovery: LanDiscovery | undefined;
  /** Seals the datagrams of the two; `undefined` for an open node. */
  readonly sealing: Sealing | undefined;
}
