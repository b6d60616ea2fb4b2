// Numbers, times and messages in words.
import { visibleText } from '@peerlane/protocol';
import type { Fate, Row } from '../wire/row.ts';

/** A number of bytes for people. */
export function bytesText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 ** 2) return `${(bytes / 1024).toFixed(1)} KiB`;
  return `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
}

/** A time for people, from milliseconds. */
export function timeText(milliseconds: number): string {
  if (milliseconds < 1) return `${Math.round(milliseconds * 1000)} µs`;
  if (milliseconds < 1000) return `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`;
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

/** How much of a wait is over, in words that count; both in milliseconds. */
export function countText(over: number, whole: number): string {
  const seconds = (Math.min(Math.max(over, 0), whole) / 1000).toFixed(1);
  return over < whole ? `after ${whole / 1000} s: ${seconds} s are over` : 'any moment now';
}

const titles: Readonly<Record<Row['kind'], string>> = {
  discover: 'DISCOVER',
  get: 'Get',
  file: 'File',
  connect: 'connect',
  request: 'request',
  header: 'header',
  answer: 'answer',
  data: 'data',
  note: 'note',
  unknown: 'unknown',
};

/** The name of a row. */
export function titleOf({ kind }: Row): string {
  return titles[kind];
}

/** The content of a row, in a few words. */
export function summaryOf({ kind, dataLength, summary, waited }: Row): string {
  if (kind === 'data') return bytesText(dataLength);
  const wait = waited !== undefined && waited > 1000 ? `, after ${timeText(waited)}` : '';
  return `${visibleText(summary)}${wait}`;
}

/** How long after it was sent a message counts as unheard, in milliseconds. */
export const arrivalTimeout = 1500;

/** The fate of a row's message. */
export function fateOf({ fate, at }: Row, now: number): Fate | 'unheard' {
  return fate === 'sent' && now - at > arrivalTimeout ? 'unheard' : fate;
}
