// The test kit: nodes in one process, in virtual time, on a network in memory.
export { ManualClock } from './manual-clock.ts';
export { MemoryLan } from './memory-lan.ts';
export { MemoryNetwork, type NetworkOptions, type SentDatagram } from './memory-network.ts';
export { seededBits, seededRandom } from './random.ts';
export { transportContract, type ContractTools, type OpenTransport } from './transport-contract.ts';
