// Counts something for each machine and in all, within bounds.

/** How many there may be of one machine, and in all. */
export interface Bounds {
  readonly ofMachine: number;
  readonly ofAll: number;
}

/** How many there are of each machine. Machines that have none take no memory. */
export class MachineCounts {
  readonly #bounds: Bounds;
  readonly #counts = new Map<string, number>();
  #all = 0;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
  }

  /** Whether a machine may have one more. */
  hasRoom(machine: string): boolean {
    const { ofMachine, ofAll } = this.#bounds;
    return this.#all < ofAll && (this.#counts.get(machine) ?? 0) < ofMachine;
  }

  add(machine: string): void {
    this.#all += 1;
    this.#counts.set(machine, (this.#counts.get(machine) ?? 0) + 1);
  }

  remove(machine: string): void {
    const left = (this.#counts.get(machine) ?? 0) - 1;
    this.#all -= 1;
    if (left > 0) this.#counts.set(machine, left);
    else this.#counts.delete(machine);
  }
}
