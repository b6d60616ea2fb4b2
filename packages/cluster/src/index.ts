export { amplification } from './allowance.ts';
export { type Contact, type RequestLength } from './contacts.ts';
export { Cluster, type Member } from './cluster.ts';
export { type ClusterOptions } from './options.ts';
export { type Received } from './receive.ts';
export { type Change } from './state.ts';
