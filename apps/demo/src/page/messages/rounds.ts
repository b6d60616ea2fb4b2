// Folds DISCOVERs that belong together, so that one line stands for all of them.
import type { Row } from '../../wire/row.ts';

/** A silence of this length ends a round, in milliseconds. */
const pause = 150;

/** DISCOVERs with nothing else between them: those of one node to all others, and their answers. */
export interface Round {
  /** The id of its first message. */
  readonly id: number;
  readonly rows: readonly Row[];
}

/** Puts DISCOVERs that follow one another into rounds. A single one stays a row. */
export function foldRounds(rows: readonly Row[]): (Row | Round)[] {
  const folded: (Row | Round)[] = [];
  let run: Row[] = [];
  const finish = (): void => {
    if (run.length > 1) folded.push({ id: run[0]!.id, rows: run });
    else folded.push(...run);
    run = [];
  };
  for (const row of rows) {
    const last = run.at(-1);
    if (row.kind !== 'discover' || (last && row.at - last.at > pause)) finish();
    if (row.kind === 'discover') run.push(row);
    else folded.push(row);
  }
  finish();
  return folded;
}

/** Whether an item is a round, and not a single message. */
export function isRound(item: Row | Round): item is Round {
  return 'rows' in item;
}
