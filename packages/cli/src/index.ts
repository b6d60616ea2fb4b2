// The types and the schema of the events that `p2p --json` prints. The node has its own entry,
// `./node/index.ts`.
export { jsonEventSchema } from './events/json-event-schema.ts';
export type * from './events/json-events.ts';
export type * from './events/folder-events.ts';
export type * from './events/invitation-events.ts';
export type * from './events/send-events.ts';
