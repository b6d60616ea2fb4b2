// What the package exports: every type that its API needs, so that a program needs no other package
// to name one.
export { type Member } from '@peerlane/cluster';
export {
  formatPeerAddress,
  ProtocolError,
  visibleText,
  type PeerAddress,
  type ProtocolErrorCode,
} from '@peerlane/protocol';
export { allowNetworks, inNetworks, type Allow } from './limits/allow.ts';
export { hostOn, ownHosts } from './system/own-addresses.ts';
export { systemClock, type Clock, type Timer } from './system/clock.ts';
export { type FileInfo, type HasFile } from './answers/file-info.ts';
export { discoveryGroup, openLanSocket, type LanSocket } from './lan/lan-socket.ts';
export { seekInviters, type SeekOptions } from './lan/seek-inviters.ts';
export { SeekerAnswers, type AnswerSeekersOptions } from './lan/answer-seekers.ts';
export { openSeekSocket, type SeekRole, type SeekSocket } from './lan/seek-socket.ts';
export { type Lookup } from './sending/name-lookup.ts';
export { type FindOptions, type Kind, type Silence } from './search/find-options.ts';
export { type Offer } from './search/offer.ts';
export { type UdpNodeOptions } from './options.ts';
export { systemRandom, type RandomBits } from './system/random.ts';
export { type Rate } from './limits/token-bucket.ts';
export { type DatagramSeal, type SealFault } from './transport/datagram-seal.ts';
export { type Refusal } from './transport/opener.ts';
export { type DatagramTransport, type Receive } from './transport/transport.ts';
export { startUdpNode } from './start-udp-node.ts';
export { type UdpNode } from './udp-node.ts';
export { type UdpNodeEvents, type WireEvent } from './events.ts';
export { systemLookup, type FindAddresses, type FoundAddress } from './system/system-lookup.ts';
export { openUdpTransport, type UdpTransportOptions } from './transport/udp-transport.ts';
export { type Warning, type WarningKind } from './limits/warnings.ts';
