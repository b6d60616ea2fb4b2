// Bounds the work for copies that turn out to have another content. Pure.

/** How many bytes may be copied in vain before one copy was of use. */
const allowance = 1024 * 1024 * 1024;

/** What a copy costs beside its bytes, in bytes that could be copied meanwhile. */
const costOfFile = 64 * 1024;

/**
 * Whoever lists a tree chooses sizes and digests, and so which files are copied and compared: as much may
 * be copied in vain as was of use, and a gibibyte.
 */
export class CopyBudget {
  #left: number;

  constructor(bytes: number = allowance) {
    this.#left = bytes;
  }

  /** Whether a file of this size may be copied. */
  allows(size: number): boolean {
    return size + costOfFile <= this.#left;
  }

  /** Records whether a copy was of use. */
  record(size: number, isOfUse: boolean): void {
    const cost = size + costOfFile;
    this.#left += isOfUse ? cost : -cost;
  }
}
