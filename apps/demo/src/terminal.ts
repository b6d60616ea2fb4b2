import { createInterface } from 'node:readline';
import type { Fleet } from './fleet.ts';

/**
 * The prompt of node1 at a terminal: `list`, `get <filename>`, `quit`.
 *
 * @returns when it is over: with `quit`, the end of the input, or the signal
 */
export async function prompt(
  fleet: Fleet,
  signal: AbortSignal,
  say: (text: string) => void,
): Promise<void> {
  const lines = createInterface({ input: process.stdin });
  const close = (): void => {
    lines.close();
  };
  signal.addEventListener('abort', close);
  if (signal.aborted) close();
  for await (const line of lines) {
    const [, word = '', rest = ''] = /^\s*(\S*)\s*(.*?)\s*$/.exec(line) ?? [];
    if (word === 'quit') break;
    else if (word === 'list') list(fleet, say);
    else if (word === 'get' && rest !== '') await get(fleet, rest, say);
    else if (word !== '') say('list, get <filename>, quit\n');
  }
  close();
  process.stdin.destroy();
}

/** Says who is in the cluster of node1, in the words of the seed. */
export function list(fleet: Fleet, say: (text: string) => void): void {
  const members = fleet.node('node1')?.members ?? [];
  say(['Cluster members:', ...members.map((m, i) => `  ${i + 1}. ${m}`), ''].join('\n'));
}

async function get(fleet: Fleet, filename: string, say: (text: string) => void): Promise<void> {
  try {
    await fleet.get('node1', filename);
    say('Received file completely!\n');
  } catch (error) {
    say(`${(error as Error).message}\n`);
  }
}
