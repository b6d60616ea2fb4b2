interface Bucket {
  readonly tokens: number;
  readonly at: number;
}

/** How much one sender may send. */
export interface Rate {
  /** In the long run. */
  readonly perSecond: number;
  /** At once. */
  readonly burst: number;
}

/** Lets each sender send at a bounded rate: a bucket of tokens for each, filled as time goes by. */
export class TokenBuckets {
  readonly #rate: Rate;
  readonly #maxSenders: number;
  // In the order of their last use, so that the first is the one to forget.
  readonly #buckets = new Map<string, Bucket>();

  constructor(rate: Rate, maxSenders = 4096) {
    this.#rate = rate;
    this.#maxSenders = maxSenders;
  }

  /** Takes a token; false where the sender has none left. `now`: milliseconds. */
  take(sender: string, now: number): boolean {
    const { perSecond, burst } = this.#rate;
    const bucket = this.#buckets.get(sender) ?? { tokens: burst, at: now };
    const tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) * perSecond) / 1000);
    const allowed = tokens >= 1;
    this.#buckets.delete(sender);
    this.#buckets.set(sender, { tokens: allowed ? tokens - 1 : tokens, at: now });
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size > this.#maxSenders && oldest !== undefined) this.#buckets.delete(oldest);
    return allowed;
  }

  /** How many senders are remembered. */
  get size(): number {
    return this.#buckets.size;
  }
}
