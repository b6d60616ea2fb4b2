// What this package is used by: keys, sealed datagrams and invitations.
export { ClusterKey } from './cluster-key.ts';
export {
  SealedDatagrams,
  type SealedDatagramsOptions,
  type SealFault,
} from './datagrams/sealed-datagrams.ts';
export { Keyring, type ConnectionKey } from './keyring.ts';
export { SealError, type SealErrorCode } from './seal-error.ts';
