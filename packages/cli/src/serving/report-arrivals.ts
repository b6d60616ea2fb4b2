// Tells a program, or a log, what is sent to a node and what becomes of it.
import type { EventEmitter } from 'node:events';
import type { JsonEvent } from '../events/json-events.ts';
import { EventSampler } from '../events/event-sampler.ts';
import type { Log } from '../events/log.ts';
import type { NodeEvents } from '../node/node-options.ts';
import { claimedName } from '../lines/claimed-name.ts';
import type { IncomingSend, SentItem } from '../sends/incoming.ts';

/** Passes on the events of a node that receives as JSON events: of what others can cause, only so many in a second. */
export function reportArrivals(
  node: EventEmitter<NodeEvents>,
  show: (event: JsonEvent) => void,
): void {
  const sampler = new EventSampler((of, count) => {
    show({ event: 'omitted', of, count });
  });
  node.on('sendOffered', (send) => {
    if (!sampler.admits('send-offered')) return;
    const { from, items, total, first } = send;
    show({
      event: 'send-offered',
      ...placeOf(send),
      ...(from !== undefined && { from }),
      ...{ items, total, first },
    });
  });
  node.on('sendDecided', ({ send, as }) => {
    if (sampler.admits('send-decided')) show({ event: 'send-decided', ...placeOf(send), as });
  });
  node.on('itemProgress', ({ send, item: { filename, size }, received, sources }) => {
    show({ event: 'item-progress', ...placeOf(send), filename, received, size, sources });
  });
  node.on('itemReceived', ({ send, item: { kind, filename, size }, path, created, problems }) => {
    // A text has an event of its own.
    if (path === undefined) return;
    show({
      event: 'item-received',
      ...placeOf(send),
      ...{ kind, filename, path, size, created },
      ...(problems !== undefined && { problems }),
    });
  });
  node.on('itemFailed', ({ send, item: { filename }, reason, message }) => {
    show({ event: 'item-failed', ...placeOf(send), filename, reason, message });
  });
}

/** The event of a text that was sent. */
export function textEvent(text: string, send: IncomingSend): JsonEvent {
  const { from } = send;
  return { event: 'text', ...placeOf(send), ...(from !== undefined && { from }), text };
}

/** Writes to a log what came from whom. */
export function logArrivals(node: EventEmitter<NodeEvents>, log: Log): void {
  const sampler = new EventSampler((of, count) => {
    log.write('debug', 'events were left out', { of, count });
  });
  node.on('sendDecided', ({ send, as }) => {
    if (!sampler.admits('send-decided')) return;
    const { items, total } = send;
    log.write('info', `a send was ${as}`, { ...fieldsOf(send), items, total });
  });
  node.on('itemReceived', ({ send, item: { kind, filename, size }, path = '-' }) => {
    log.write('info', `a ${kind} was received`, { ...fieldsOf(send), filename, path, size });
  });
  node.on('itemFailed', ({ send, item: { filename }, message }: SentItem & { message: string }) => {
    log.write('warning', `could not receive it: ${message}`, { ...fieldsOf(send), filename });
  });
}

function placeOf({ id, address }: IncomingSend): { send: string; address: string } {
  return { send: id, address };
}

function fieldsOf({ from = '', address }: IncomingSend): { from: string; address: string } {
  return { from: claimedName(from).slice(1, -1), address };
}
