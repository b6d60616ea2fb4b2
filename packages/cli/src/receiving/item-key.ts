// Names sends, and the things in them, among all that come.
import type { IncomingSend, SentItem } from '../sends/incoming.ts';

/** A text that stands for one send of one machine. */
export function sendKey({ id, address }: IncomingSend): string {
  return JSON.stringify([address, id]);
}

/** A text that stands for one thing of a send. */
export function itemKey({ send, item: { kind, filename } }: SentItem): string {
  return JSON.stringify([send.address, send.id, kind, filename]);
}
