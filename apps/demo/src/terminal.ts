// The prompt of the demo at a terminal.
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Fleet } from './fleet.ts';

/** The parts of the demo that the prompt uses. */
export type Nodes = Pick<Fleet, 'node' | 'get'>;

/**
 * Runs the prompt of node1: `list`, `get <filename>`, `quit`. Downloads run in the background, and end
 * with `quit`.
 *
 * @returns a promise that resolves with `quit`, the end of the input, or the signal
 */
export async function prompt(
  fleet: Nodes,
  input: Readable,
  signal: AbortSignal,
  say: (text: string) => void,
): Promise<void> {
  const lines = createInterface({ input });
  const close = (): void => {
    lines.close();
  };
  signal.addEventListener('abort', close);
  if (signal.aborted) close();
  let left = false;
  const sayUntilLeft = (text: string): void => {
    if (!left) say(text);
  };
  for await (const line of lines) {
    const [, word = '', rest = ''] = /^\s*(\S*)\s*(.*?)\s*$/.exec(line) ?? [];
    if (word === 'quit') break;
    else if (word === 'list') list(fleet, say);
    else if (word === 'get' && rest !== '') void get(fleet, rest, sayUntilLeft);
    else if (word !== '') say('list, get <filename>, quit\n');
  }
  left = true;
  close();
  input.destroy();
}

/** Prints the cluster of node1 in the words of the original. */
export function list(fleet: Nodes, say: (text: string) => void): void {
  const members = fleet.node('node1')?.members ?? [];
  say(['Cluster members:', ...members.map((m, i) => `  ${i + 1}. ${m}`), ''].join('\n'));
}

async function get(fleet: Nodes, filename: string, say: (text: string) => void): Promise<void> {
  try {
    await fleet.get('node1', filename);
    say('Received file completely!\n');
  } catch (error) {
    say(`${(error as Error).message}\n`);
  }
}
