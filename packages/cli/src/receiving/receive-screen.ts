// Where `p2p receive` shows what happens: here without anyone to ask.
import type { Io } from '../output/io.ts';
import { canRedraw, columnsOf, OutputLine, type LiveLine } from '../output/live-line.ts';
import type { Report } from '../output/report.ts';
import type { QuestionScreen } from './incoming-questions.ts';
import type { ArrivalScreen } from './show-arrivals.ts';

/** Where `p2p receive` shows what happens, and asks its person if there is one. */
export interface ReceiveScreen extends ArrivalScreen {
  readonly note: (line: string) => void;
  /** The width of the terminal that results are printed on; `undefined` if there is none. */
  readonly columns: () => number | undefined;
  /** Where the person is asked; `undefined` if everything is taken. */
  readonly question: QuestionScreen | undefined;
  /** Aborted when the person has left. */
  readonly left: AbortSignal;
  /** Reads lines from now on; blank ones are left out. */
  begin(onLine: (line: string) => void): void;
}

/** A screen on the outputs of the program, with one line of progress. */
export function outputScreen(report: Report, { stdout, stderr, env }: Io): ReceiveScreen {
  const line = canRedraw(stderr, env) && !report.json ? new OutputLine(stderr) : undefined;
  let isUsed = false;
  const above = (print: () => void): void => {
    if (line) line.above(print);
    else print();
  };
  const note = (text: string): void => {
    above(() => {
      report.note(text);
    });
  };
  return {
    note,
    say: (...lines) => {
      above(() => {
        report.say(...lines);
      });
    },
    fail: note,
    live: (): LiveLine | undefined => {
      if (!line || isUsed) return undefined;
      isUsed = true;
      return {
        get columns() {
          return line.columns;
        },
        show: (text) => {
          line.show(text);
        },
        clear: () => {
          isUsed = false;
          line.clear();
        },
      };
    },
    columns: () => (stdout.isTTY ? columnsOf(stdout) : undefined),
    question: undefined,
    left: new AbortController().signal,
    begin: () => undefined,
  };
}
