// Adds up the data of each connection, so that a fast one does not flood the page.
/** How long data is added up before it is reported, in milliseconds. */
const reportDelay = 50;

type Direction = 'in' | 'out';

interface Sum {
  readonly direction: Direction;
  /** When its first bytes crossed. */
  readonly at: number;
  readonly timer: NodeJS.Timeout;
  length: number;
}

/** Adds up the data that crosses each connection. */
export class DataTally {
  readonly #sums = new Map<string, Sum>();
  readonly #report: (client: string, direction: Direction, length: number, at: number) => void;

  constructor(report: (client: string, direction: Direction, length: number, at: number) => void) {
    this.#report = report;
  }

  /** Adds a number of bytes that crossed at a time. */
  add(client: string, direction: Direction, length: number, at: number): void {
    const sum = this.#sums.get(client);
    if (sum?.direction === direction) {
      sum.length += length;
      return;
    }
    this.flush(client);
    const timer = setTimeout(() => {
      this.flush(client);
    }, reportDelay);
    this.#sums.set(client, { direction, at, timer, length });
  }

  /** Reports the data of a connection now, before the next report. */
  flush(client: string): void {
    const sum = this.#sums.get(client);
    if (!sum) return;
    this.#sums.delete(client);
    clearTimeout(sum.timer);
    this.#report(client, sum.direction, sum.length, sum.at);
  }

  /** Reports the data of all connections now. */
  flushAll(): void {
    for (const client of [...this.#sums.keys()]) this.flush(client);
  }
}
