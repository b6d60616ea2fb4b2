import { basename } from 'node:path';
import { debuglog } from 'node:util';
import { ProtocolError } from '@peerlane/protocol';
import type { Dialogue } from './dialogue.ts';
import { NodeError } from './node-error.ts';
import type { PeerlaneNode } from './node.ts';

/** What the commands need to know beside the node. */
export interface CommandOptions {
  /** How long a request waits for offers, in seconds. */
  readonly waiting: number;
  /** Aborted when the program is told to stop. */
  readonly signal: AbortSignal;
}

const debug = debuglog('p2p');

/**
 * Does what the lines say, until `quit`, their end, or the signal. A person can go on while a file
 * is on its way, and leaves with Ctrl-D at once; a script's lines are done in order, to the last.
 */
export async function runCommands(
  node: PeerlaneNode,
  dialogue: Dialogue,
  { waiting, signal: stop }: CommandOptions,
): Promise<void> {
  const { lines, interactive } = dialogue;
  const quit = new AbortController();
  const signal = AbortSignal.any([quit.signal, stop]);
  const downloads = new Set<Promise<void>>();

  const get = async (filename: string): Promise<void> => {
    // A name that cannot be asked for is refused before this comes to its turn.
    const notice = setImmediate(() => {
      if (node.members().length > 0) return;
      dialogue.note(`Nobody is known yet: waiting up to ${waiting} s for somebody.`);
    });
    try {
      const { path, created } = await node.get(filename, { signal });
      const name = basename(path);
      dialogue.say('Received file completely!');
      if (!created) dialogue.note(`You already had this file: "${name}".`);
      else if (name !== filename || downloads.size > 1) dialogue.note(`Saved as "${name}".`);
    } catch (error) {
      if (signal.aborted) return;
      debug('get: %O', error);
      dialogue.fail(explain(error as Error, filename));
    } finally {
      clearImmediate(notice);
    }
  };

  for (let line = await lines.next(); line !== undefined; line = await lines.next()) {
    const command = line.trim();
    if (command === 'quit') {
      quit.abort();
      break;
    }
    if (command === 'get') dialogue.fail('Get needs a file name: get <filename>');
    else if ((interactive ? command : line).startsWith('get ')) {
      // A person's stray blanks mean nothing; in a script they are part of the name.
      const name = interactive ? command.slice('get '.length).trim() : line.slice('get '.length);
      const download = get(name);
      downloads.add(download);
      void download.finally(() => downloads.delete(download));
      if (!interactive) await download;
    } else if (command === 'list') list(node, dialogue);
    else if (command !== '') {
      dialogue.fail(`Unknown command "${command}". There are: list, get <filename>, quit`);
    }
  }
  if (interactive) quit.abort();
  await Promise.all(downloads);
}

function list(node: PeerlaneNode, dialogue: Dialogue): void {
  const members = node.members().map(({ address }, index) => `  ${index + 1}. ${address}`);
  dialogue.say('Cluster members:', ...(members.length > 0 ? members : ['  (none yet)']));
}

function explain(error: Error, filename: string): string {
  if (error instanceof NodeError && error.code === 'not-found') {
    return `${error.message} Check the spelling; 'list' shows who is in the cluster.`;
  }
  if (ProtocolError.is(error) && error.code === 'not-encodable') {
    const what = filename.includes(',') ? 'with a comma' : 'with blanks around it';
    return `This cluster's protocol cannot ask for a name ${what}: "${filename}"`;
  }
  return error.message;
}
