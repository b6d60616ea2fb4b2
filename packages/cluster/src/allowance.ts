// How many bytes may be sent to an address that has not proven itself; `send.ts` charges them.
/**
 * The most bytes that are sent to an address for each byte that came from it or named it, before it
 * has proven that it is there. The address may be forged, and forging it must not multiply traffic.
 *
 * @see docs/protocol.md, "What strangers are sent"
 */
export const amplification = 3;

/** How long an allowance can be used, in milliseconds: an hour. */
const validity = 3_600_000;

/** The bytes that may still be sent to a peer that has not proven that it is there. */
export interface Allowance {
  readonly bytes: number;
  /** When the first of them was granted. */
  readonly since: number;
}

export const noAllowance: Allowance = { bytes: 0, since: 0 };

/** The bytes that are left of an allowance at a time. */
export function allowanceLeft({ bytes, since }: Allowance, now: number): number {
  return now - since < validity ? bytes : 0;
}

/** The allowance with that many bytes added; a negative number reduces it. */
export function adjustAllowance(allowance: Allowance, bytes: number, now: number): Allowance {
  const left = allowanceLeft(allowance, now);
  return { bytes: left + bytes, since: left > 0 ? allowance.since : now };
}
