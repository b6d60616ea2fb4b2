// What the package exports.
export { type NamedAddress } from './add-address.ts';
export { type ResolvedName } from './aliases.ts';
export { amplification } from './allowance.ts';
export {
  type Contact,
  type ContactRequest,
  type RequestAnswer,
  type RequestLength,
} from './contacts.ts';
export { Cluster } from './cluster.ts';
export { type Member } from './member.ts';
export { type ClusterOptions } from './options.ts';
export { type AddressAnnouncement } from './receive-announcement.ts';
export { type ReceivedDiscover } from './receive.ts';
export { type Change } from './state.ts';
