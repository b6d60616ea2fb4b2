// A rate limit for each of many senders.
interface Bucket {
  readonly tokens: number;
  readonly at: number;
}

/** The most that one sender may send. */
export interface Rate {
  /** In the long run. */
  readonly perSecond: number;
  /** At once. */
  readonly burst: number;
}

/** A datagram counts once against the rate for each of these bytes that it begins. */
const bytesPerToken = 512;

/** How many tokens a datagram of that many bytes uses. */
export function costOf(size: number): number {
  return Math.ceil(size / bytesPerToken);
}

/** A bucket of tokens for each sender, which fills as time goes by. */
export class TokenBuckets {
  readonly #rate: Rate;
  readonly #maxSenders: number;
  // In the order of their last use: the first is the next to be forgotten.
  readonly #buckets = new Map<string, Bucket>();

  constructor(rate: Rate, maxSenders = 4096) {
    this.#rate = rate;
    this.#maxSenders = maxSenders;
  }

  /**
   * Uses `cost` tokens, or all if there are never as many; false if the sender has not that many left.
   * `now` is in milliseconds.
   */
  consume(sender: string, now: number, cost = 1): boolean {
    const tokens = this.#tokens(sender, now);
    const used = this.#used(cost);
    const allowed = tokens >= used;
    this.#buckets.delete(sender);
    this.#buckets.set(sender, { tokens: allowed ? tokens - used : tokens, at: now });
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size > this.#maxSenders && oldest !== undefined) this.#buckets.delete(oldest);
    return allowed;
  }

  /** Whether {@link consume} would return true. Nothing is used. */
  has(sender: string, now: number, cost = 1): boolean {
    return this.#tokens(sender, now) >= this.#used(cost);
  }

  /** How many senders are remembered. */
  get size(): number {
    return this.#buckets.size;
  }

  #tokens(sender: string, now: number): number {
    const { perSecond, burst } = this.#rate;
    const bucket = this.#buckets.get(sender) ?? { tokens: burst, at: now };
    return Math.min(burst, bucket.tokens + ((now - bucket.at) * perSecond) / 1000);
  }

  #used(cost: number): number {
    return Math.min(Math.max(cost, 1), this.#rate.burst);
  }
}
