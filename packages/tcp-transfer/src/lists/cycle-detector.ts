// Detects a list that never ends.
/**
 * Detects cursors that repeat, at the latest in the third round, by remembering one of them (Brent's
 * algorithm).
 */
export class CycleDetector {
  #mark: string | undefined;
  #steps = 0;
  #nextMark = 1;

  isRepeated(cursor: string): boolean {
    if (cursor === this.#mark) return true;
    this.#steps += 1;
    if (this.#steps === this.#nextMark) {
      this.#mark = cursor;
      this.#nextMark *= 2;
    }
    return false;
  }
}
