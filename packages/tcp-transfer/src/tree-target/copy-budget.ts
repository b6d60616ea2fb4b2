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

  /** Whether another copy may be tried, of whatever size: one large file that was moved is worth it. */
  get isLeft(): boolean {
    return this.#left > 0;
  }

  /** Records whether a copy was of use. */
  record(size: number, isOfUse: boolean): void {
    const cost = size + costOfFile;
    this.#left += isOfUse ? cost : -cost;
  }
}
