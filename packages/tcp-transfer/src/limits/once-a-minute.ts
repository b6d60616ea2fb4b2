// Allows something once a minute for each machine, in bounded memory. Pure.

/** How long nothing more is allowed to a machine, in milliseconds. */
const minute = 60_000;

/** At most this many machines are remembered; then the one that was allowed longest ago is forgotten. */
const maxMachines = 1024;

/** Allows something once a minute for each machine. */
export class OnceAMinute {
  /** When a machine was last allowed it, in the order of these times. */
  readonly #allowed = new Map<string, number>();

  /** Whether it is allowed now, which counts as done. */
  allows(machine: string, now: number): boolean {
    const before = this.#allowed.get(machine);
    if (before !== undefined && now - before < minute) return false;
    this.#allowed.delete(machine);
    this.#allowed.set(machine, now);
    if (this.#allowed.size > maxMachines) this.#allowed.delete(this.#allowed.keys().next().value!);
    return true;
  }
}
