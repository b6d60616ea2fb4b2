// The schema of a line that `--json` prints.
import * as z from 'zod';
import { sampledKinds } from './event-sampler.ts';
import type { JsonEvent } from './json-events.ts';

const text = z.string();
const count = z.int().min(0);
const optional = <T extends z.ZodType>(schema: T) => schema.exactOptional();

const event = <Name extends string, Shape extends z.ZodRawShape>(
  names: readonly Name[],
  shape: Shape,
) => z.object({ event: z.enum(names), ...shape });

/** The schema of a line that `--json` prints. */
export const jsonEventSchema: z.ZodType<JsonEvent> = z.union([
  event(['ready'], {
    addresses: z.array(text).min(1),
    tcpPort: count,
    files: count,
    folders: count,
    bytes: optional(count),
    sealed: text.nullable(),
    config: optional(z.object({ path: text, changes: z.array(text), leftOut: z.array(text) })),
  }),
  event(['peer', 'gone'], { address: text }),
  event(['request'], { peer: text, filename: text, kind: optional(text) }),
  event(['sending', 'sent'], { client: text, filename: text, size: count }),
  event(['omitted'], { of: z.enum([...sampledKinds, 'line']), count }),
  event(['warning'], { message: text }),
  event(['progress'], { filename: text, received: count, size: count, sources: optional(count) }),
  event(['other'], {
    filename: text,
    peer: text,
    root: text,
    size: count,
    from: optional(text),
  }),
  event(['received'], {
    filename: text,
    path: text,
    size: count,
    created: z.boolean(),
    leftAlone: optional(z.literal(true)),
    root: optional(text),
    verified: optional(z.boolean()),
    grown: optional(z.literal(true)),
  }),
  event(['folder-started'], { folder: text }),
  event(['folder-progress'], {
    folder: text,
    files: count,
    listedFiles: count,
    listedBytes: count,
    isListed: z.boolean(),
    received: count,
    sources: count,
  }),
  event(['folder-problem'], {
    folder: text,
    path: z.array(text).min(1),
    kind: z.enum(['omitted', 'bad-name', 'clash', 'exists', 'changed', 'gone', 'disk']),
    reason: text,
  }),
  event(['folder-received'], {
    folder: text,
    path: text,
    root: text,
    files: count,
    folders: count,
    size: count,
    fetchedFiles: count,
    otherFiles: count,
    fetchedBytes: count,
    problems: count,
  }),
  event(['hashing'], { files: count, bytes: count }),
  event(['send'], { send: text, items: count, total: count, to: z.array(text) }),
  event(['send-state'], {
    to: text,
    name: optional(text),
    state: z.enum(['later', 'accepted', 'busy', 'away']),
    done: count,
    total: count,
  }),
  event(['send-result'], {
    to: text,
    name: optional(text),
    state: z.enum([
      ...(['received', 'declined', 'unsupported', 'failed', 'not-member'] as const),
      ...(['refused', 'away', 'busy', 'unanswered', 'interrupted'] as const),
    ]),
    received: count,
    items: count,
    reason: optional(text),
  }),
  event(['send-offered'], {
    send: text,
    from: optional(text),
    address: text,
    items: count,
    total: count,
    first: z.object({ kind: text, filename: text, size: count, files: optional(count) }),
  }),
  event(['send-decided'], {
    send: text,
    address: text,
    as: z.enum(['accepted', 'declined', 'withdrawn']),
  }),
  event(['item-progress'], {
    send: text,
    address: text,
    filename: text,
    received: count,
    size: count,
    sources: count,
  }),
  event(['item-received'], {
    send: text,
    address: text,
    kind: text,
    filename: text,
    path: text,
    size: count,
    created: z.boolean(),
    problems: optional(count),
  }),
  event(['item-failed'], {
    send: text,
    address: text,
    filename: text,
    reason: text,
    message: text,
  }),
  event(['text'], { send: text, from: optional(text), address: text, text }),
  event(['folder'], { name: text, files: optional(count), holders: z.array(text).min(1) }),
  event(['member'], {
    address: text,
    name: optional(text),
    state: z.enum(['configured', 'announced', 'heard']),
    version: z.union([z.literal(1), z.literal(2)]),
    roundTripMs: optional(z.number().min(0)),
    heardMsAgo: optional(z.number().min(0)),
    silentMs: optional(z.number().min(0)),
  }),
  event(['file'], {
    name: text,
    versions: z
      .array(z.object({ size: count, root: optional(text), holders: z.array(text).min(1) }))
      .min(1),
  }),
  event(['incomplete'], {
    peer: text,
    listed: count,
    reason: text,
    of: optional(z.literal('folders')),
  }),
  event(['status'], {
    members: count,
    heard: count,
    folders: count,
    files: count,
    ambiguous: count,
    unverified: count,
    bytes: count,
    unfinished: optional(count),
    unfinishedBytes: optional(count),
    sealed: text.nullable(),
  }),
  event(['unfinished', 'removed'], { folder: text, bytes: count, changed: text }),
  event(['setting'], {
    name: text,
    value: z.union([text, z.number(), z.boolean(), z.array(text), z.null()]),
    from: text,
    notFor: optional(z.array(text)),
  }),
  event(['invitation'], { words: text, addresses: z.array(text).min(1), many: z.boolean() }),
  event(['guess'], { address: text, left: count }),
  event(['joined'], { name: text, address: text, key: optional(text), path: optional(text) }),
  event(['error'], {
    code: z.enum(['failed', 'usage', 'not-found', 'interrupted']),
    message: text,
    filename: optional(text),
    near: optional(z.array(text)),
  }),
]);
