// Chooses the dialogue that a terminal, or a pipe, allows, and lets `p2p receive` ask in it.
import type { Io } from '../output/io.ts';
import { columnsOf } from '../output/live-line.ts';
import type { ReceiveScreen } from '../receiving/receive-screen.ts';
import { PlainDialogue, type Dialogue } from './dialogue.ts';
import { TerminalDialogue } from './terminal-dialogue.ts';

/** A dialogue with line editing and progress where the terminal knows escape sequences. */
export function dialogueOn(io: Io, color: boolean): Dialogue {
  const isTerminal = io.stdin.isTTY === true && io.stdout.isTTY === true;
  return isTerminal && io.env.TERM !== 'dumb'
    ? new TerminalDialogue(io, color)
    : new PlainDialogue(io);
}

/** A screen on which a person is asked, in a dialogue without commands. */
export function askingScreen(dialogue: Dialogue, { stdout }: Pick<Io, 'stdout'>): ReceiveScreen {
  const left = new AbortController();
  const say: ReceiveScreen['say'] = (...lines) => {
    dialogue.say(...lines);
  };
  return {
    say,
    note: (line) => {
      dialogue.note(line);
    },
    fail: (reason) => {
      dialogue.fail(reason);
    },
    live: () => dialogue.live(),
    columns: () => columnsOf(stdout),
    question: {
      get isTyping() {
        return dialogue.isTyping;
      },
      say,
    },
    left: left.signal,
    begin: (onLine) => {
      void readLines(dialogue, onLine).then(() => {
        left.abort();
      });
    },
  };
}

async function readLines({ lines }: Dialogue, onLine: (line: string) => void): Promise<void> {
  for (let line = await lines.next(); line !== undefined; line = await lines.next())
    if (line.trim() !== '') onLine(line);
}
