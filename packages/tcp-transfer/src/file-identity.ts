/**
 * What tells one content of a file from any other, as far as the system knows: a file that is
 * written to, or another in its place, has another one. The times are in nanoseconds.
 */
export interface FileIdentity {
  readonly dev: bigint;
  readonly ino: bigint;
  readonly size: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
}

/** What stays of a file that we have written when it gets its name: its time of change does not. */
export interface WrittenFile extends Omit<FileIdentity, 'ctimeNs'> {
  /** Whose it is. */
  readonly uid: bigint;
}

/** Whether what has the name of a file by now is the file that was written, and nobody wrote to it since. */
export function isWritten(written: WrittenFile, now: WrittenFile): boolean {
  // Windows may number a file by its handle otherwise than by its name.
  const keys = process.platform === 'win32' ? [] : (['dev', 'ino', 'uid'] as const);
  return ([...keys, 'size', 'mtimeNs'] as const).every((key) => now[key] === written[key]);
}

/** All of an identity as text. */
export function identityText({ dev, ino, size, mtimeNs, ctimeNs }: FileIdentity): string {
  return `${dev} ${ino} ${size} ${mtimeNs} ${ctimeNs}`;
}

/** The coarsest time of change that a disk in use keeps, that of FAT, in milliseconds. */
const coarsestTime = 2000;

/**
 * How long it takes until a write to a file is sure to give it another identity, in milliseconds.
 * Before that, one may fall into the same tick of the disk's clock as the last.
 *
 * @param now the time of day, in milliseconds since 1970
 */
export function timeToSettle({ mtimeNs, ctimeNs }: FileIdentity, now: number): number {
  const sinceWritten = now - Number(mtimeNs / 1_000_000n);
  const sinceTouched = now - Number(ctimeNs / 1_000_000n);
  // Anyone can set the time of a write, to one in the future too: that alone says nothing. But FAT
  // knows no other.
  const age = Math.min(sinceTouched, Math.abs(sinceWritten));
  return Math.min(coarsestTime, Math.max(0, coarsestTime - age));
}
