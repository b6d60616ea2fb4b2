// Shows how far each receiver of a send is: a line for each on a terminal, a note for each change elsewhere.
import type { OutputLines } from '../output/live-line.ts';
import { progressLine } from '../output/progress.ts';
import { sizeText, counted } from '../text/figures.ts';
import { RateMeter } from '../text/rate-meter.ts';
import { shortenText } from '../text/text-width.ts';
import type { ReceiverState } from './send-to.ts';

/** The most receivers that have a line, and the least time between two drawings, in milliseconds. */
const [maxLines, drawInterval] = [10, 100];

interface Line extends ReceiverState {
  readonly rate: number;
}

/** The progress of a send at all of its receivers. */
export class SendView {
  readonly #lines: OutputLines | undefined;
  readonly #note: (line: string) => void;
  readonly #now: () => number;
  /** By the name that a receiver is shown with. */
  readonly #states = new Map<string, Line>();
  readonly #meters = new Map<string, RateMeter>();
  #drawnAt = -Infinity;
  #isHashingTold = false;

  /**
   * @param lines where the progress is drawn; `undefined` if nothing can be drawn
   * @param note prints a line above it
   * @param now the time in milliseconds
   */
  constructor(
    lines: OutputLines | undefined,
    note: (line: string) => void,
    now: () => number = () => performance.now(),
  ) {
    [this.#lines, this.#note, this.#now] = [lines, note, now];
  }

  /** What is sent is being read. */
  hashing({ files, bytes }: { readonly files: number; readonly bytes: number }): void {
    const text = `Hashing… ${counted(files, 'file')}, ${sizeText(bytes)}`;
    if (this.#lines) this.#lines.show([shortenText(text, this.#lines.columns - 1)]);
    else if (!this.#isHashingTold) this.#note('Hashing…');
    this.#isHashingTold = true;
  }

  hashed(): void {
    this.#lines?.clear();
  }

  /** A receiver has another state, or more bytes. */
  update(receiver: string, { state, done }: ReceiverState, total: number): void {
    const before = this.#states.get(receiver);
    const meter = this.#meters.get(receiver) ?? new RateMeter(this.#now);
    this.#meters.set(receiver, meter);
    this.#states.set(receiver, { state, done, rate: meter.add(done) });
    const isNew = before?.state !== state;
    if (!this.#lines) {
      if (isNew) this.#note(`${changeText(receiver, state)}.`);
    } else if (isNew || this.#now() - this.#drawnAt >= drawInterval) this.#draw(total);
  }

  /** A receiver has everything, or will not have it. */
  end(receiver: string, total: number): void {
    this.#states.delete(receiver);
    this.#meters.delete(receiver);
    this.#draw(total);
  }

  #draw(total: number): void {
    if (!this.#lines) return;
    this.#drawnAt = this.#now();
    // Some terminals wrap a line that fills the last column.
    const columns = this.#lines.columns - 1;
    const shown = [...this.#states].slice(0, maxLines).map(([name, { state, done, rate }]) => {
      if (state === 'accepted')
        return progressLine({ name, received: done, size: total, rate }, columns);
      return shortenText(changeText(name, state), columns);
    });
    const more = this.#states.size - shown.length;
    this.#lines.show(more > 0 ? [...shown, `… and ${more} more`] : shown);
  }
}

/** What a receiver does now. */
export function changeText(receiver: string, state: ReceiverState['state']): string {
  switch (state) {
    case 'later':
      return `${receiver} is asked: waiting for an answer`;
    case 'accepted':
      return `${receiver} takes it`;
    case 'busy':
      return `${receiver} is busy, waiting; Ctrl-C stops`;
    case 'away':
      return `${receiver} is away, waiting; Ctrl-C stops`;
  }
}
