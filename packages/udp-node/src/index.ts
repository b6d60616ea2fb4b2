export { systemClock, type Clock, type Timer } from './clock.ts';
export { systemLookup, type Lookup } from './name-lookup.ts';
export { type Offer } from './search.ts';
export { type DatagramTransport, type Receive } from './transport.ts';
export { startUdpNode, type UdpNode, type UdpNodeEvents, type UdpNodeOptions } from './udp-node.ts';
export { openUdpTransport, type UdpTransportOptions } from './udp-transport.ts';
