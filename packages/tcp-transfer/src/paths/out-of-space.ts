// Tells a disk that takes no more bytes from one that refuses otherwise.
import { constants } from 'node:os';

/** The disk is full, this user may not write more, or it cannot hold so large a file. */
const names = ['ENOSPC', 'EDQUOT', 'EFBIG'] as const;

/** By number: the runtime has no name for a quota. */
const numbers: ReadonlySet<number | undefined> = new Set(
  names.map((name) => -constants.errno[name]),
);

/** Whether an error of the system means that a disk takes no more bytes. */
export function isOutOfSpace(error: unknown): boolean {
  const { code, errno } = error as NodeJS.ErrnoException;
  return (names as readonly (string | undefined)[]).includes(code) || numbers.has(errno);
}

/** The words for errors that the runtime has none for. */
const words: Readonly<Record<string, string>> = {
  EDQUOT: 'EDQUOT: you may not use more of this disk, its quota is used up',
};

/** The text of an error, also of one whose number the runtime cannot name. */
export function systemReason({ message }: Error): string {
  return message.replace(/(?:Unknown system error -(\d+)(?:: )?)+/g, (text, digits: string) => {
    const found = Object.entries(constants.errno).find(([, number]) => number === Number(digits));
    return found ? (words[found[0]] ?? found[0]) : text;
  });
}
