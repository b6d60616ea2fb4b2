/** For so long data is added up before it is told, in milliseconds. */
const pause = 50;

type Direction = 'in' | 'out';

interface Sum {
  readonly direction: Direction;
  /** When the first of it crossed. */
  readonly at: number;
  readonly timer: NodeJS.Timeout;
  length: number;
}

/** Adds up the data that crosses each connection: a fast one would have too much to tell. */
export class DataTally {
  readonly #sums = new Map<string, Sum>();
  readonly #tell: (client: string, direction: Direction, length: number, at: number) => void;

  constructor(tell: (client: string, direction: Direction, length: number, at: number) => void) {
    this.#tell = tell;
  }

  /** So many bytes have crossed at a time. */
  add(client: string, direction: Direction, length: number, at: number): void {
    const sum = this.#sums.get(client);
    if (sum?.direction === direction) {
      sum.length += length;
      return;
    }
    this.flush(client);
    const timer = setTimeout(() => {
      this.flush(client);
    }, pause);
    this.#sums.set(client, { direction, at, timer, length });
  }

  /** Tells now what has crossed, so that what is told next comes after it. */
  flush(client: string): void {
    const sum = this.#sums.get(client);
    if (!sum) return;
    this.#sums.delete(client);
    clearTimeout(sum.timer);
    this.#tell(client, sum.direction, sum.length, sum.at);
  }
}
