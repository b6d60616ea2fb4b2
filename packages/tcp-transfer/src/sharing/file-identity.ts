// Identifies the content of a file by the file's number, size and times.
/**
 * Distinguishes one content of a file from any other, as far as the system knows: a file that was
 * written to, or another file in its place, has another identity. The times are in nanoseconds.
 */
export interface FileIdentity {
  readonly dev: bigint;
  readonly ino: bigint;
  readonly size: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
}

/** An identity as text. */
export function identityText({ dev, ino, size, mtimeNs, ctimeNs }: FileIdentity): string {
  return `${dev} ${ino} ${size} ${mtimeNs} ${ctimeNs}`;
}

/** The resolution of file times on FAT, the coarsest of any disk in use, in milliseconds. */
const coarsestResolution = 2000;

/**
 * How long until any write to a file is certain to change its identity, in milliseconds. Before that
 * a write may fall into the same tick of the disk's clock as the last one.
 *
 * @param now the time of day, in milliseconds since 1970
 */
export function timeUntilDistinct({ mtimeNs, ctimeNs }: FileIdentity, now: number): number {
  const sinceWritten = now - Number(mtimeNs / 1_000_000n);
  const sinceTouched = now - Number(ctimeNs / 1_000_000n);
  // The time of a write can be set to any value, even a future one, so it proves nothing alone; but
  // FAT keeps no other.
  const age = Math.min(sinceTouched, Math.abs(sinceWritten));
  return Math.min(coarsestResolution, Math.max(0, coarsestResolution - age));
}
