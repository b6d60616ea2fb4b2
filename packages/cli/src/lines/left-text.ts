// Says what failed and interrupted downloads have left in a folder, and how to remove it.
import { leftFiles } from '@peerlane/tcp-transfer';
import { visibleText } from '@peerlane/protocol';
import { counted, sizeText } from '../text/figures.ts';
import { shellWord } from '../text/shell-word.ts';

/** What is left in a folder, in figures. */
export interface LeftTotals {
  readonly unfinished: number;
  readonly unfinishedBytes: number;
}

/** Counts the unfinished downloads in a folder, and how much of the disk they take. */
export async function leftIn(folder: string): Promise<LeftTotals> {
  const left = await leftFiles(folder);
  return {
    unfinished: left.length,
    unfinishedBytes: left.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

/**
 * A line with the command that removes what is left; none if nothing is.
 *
 * @param folder the operand of the command; none for the working folder
 */
export function leftLines({ unfinished, unfinishedBytes }: LeftTotals, folder?: string): string[] {
  if (unfinished === 0) return [];
  const command = ['p2p', 'clean', ...(folder === undefined ? [] : [shellWord(folder)])].join(' ');
  const what = `${counted(unfinished, 'unfinished download')} (${sizeText(unfinishedBytes)})`;
  return [visibleText(`Left here: ${what}, which get goes on with; to remove: ${command}`)];
}
