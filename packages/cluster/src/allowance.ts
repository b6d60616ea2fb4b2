/**
 * How many bytes may go to an address for each byte that came from it or named it, before it has
 * proven that it is there. The address may be forged: whoever forges it must not gain by that.
 */
export const amplification = 3;

/** What is not used within this time is lost, in milliseconds: an hour. */
const validity = 3_600_000;

/** How many bytes may still be sent to a peer that has not proven that it is there. */
export interface Allowance {
  readonly bytes: number;
  /** When the first of them came. */
  readonly since: number;
}

export const noAllowance: Allowance = { bytes: 0, since: 0 };

/** How much of an allowance is left at a time. */
export function allowanceLeft({ bytes, since }: Allowance, now: number): number {
  return now - since < validity ? bytes : 0;
}

/** The allowance with so many bytes more, or fewer. */
export function adjustAllowance(allowance: Allowance, bytes: number, now: number): Allowance {
  const left = allowanceLeft(allowance, now);
  return { bytes: left + bytes, since: left > 0 ? allowance.since : now };
}
