// For programs that read what `p2p --json` prints. The node is an entry of its own, `./node/index.ts`.
export { jsonEventSchema } from './output/json-events.ts';
export type * from './output/json-events.ts';
