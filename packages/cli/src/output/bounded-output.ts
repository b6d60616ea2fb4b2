// Output whose reader may be slower than the events that strangers cause, or stand still.
import { Writable } from 'node:stream';
import type { Output } from './io.ts';

/** The most bytes that wait for the reader of an output. Whole lines are dropped beyond it. */
export const maxQueuedBytes = 1_048_576;

/** Says how many lines were dropped, as a line of the output. */
export type LostLine = (count: number) => string;

/** How many lines were dropped, for a person. */
export const lostText: LostLine = (count) =>
  `… ${count} lines were dropped: the reader is too slow`;

/**
 * An output that drops lines while too many bytes wait for the reader of `target`, and says how many as
 * soon as half of these are read. Each chunk must be whole lines.
 */
export function boundedOutput(target: Output, lostLine: LostLine = lostText): Output {
  let lost = 0;
  const tellLost = (): void => {
    if (lost === 0 || target.writableLength > maxQueuedBytes / 2) return;
    const line = lostLine(lost);
    lost = 0;
    target.write(`${line}\n`);
  };
  // The last lines may be those that were dropped.
  target.on('drain', tellLost);
  const bounded = new Writable({
    decodeStrings: false,
    write: (chunk: string | Uint8Array, _encoding, done) => {
      tellLost();
      if (lost === 0 && target.writableLength + chunk.length <= maxQueuedBytes) target.write(chunk);
      else lost += String(chunk).split('\n').length - 1;
      done();
    },
  });
  return Object.defineProperties(bounded, {
    isTTY: { get: () => target.isTTY },
    columns: { get: () => target.columns },
  });
}
