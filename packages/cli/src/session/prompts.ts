// The questions of a session before its node starts: the folder, and the members.
import { ConfigError } from '../files/config-error.ts';
import type { Dialogue } from './dialogue.ts';
import { unreachableText } from '../members/reaching-host.ts';
import { expandHome, folderFault } from '../files/folder-path.ts';
import { noAddressText, readPeerAddress, splitList } from '../config/peer-addresses.ts';
import { readTypedPath, trimTyped } from '../text/typed-path.ts';
import { folderCompletion } from './folder-completion.ts';

/**
 * Asks for the folder until one is named that can be read. Its path may be typed as for a shell.
 *
 * @returns `undefined` if the person at the terminal has left, or the program has to stop
 * @throws ConfigError if a script ends without one
 */
export async function askForFolder(dialogue: Dialogue, cwd: string): Promise<string | undefined> {
  dialogue.completeBy(folderCompletion(cwd));
  try {
    return await untilNamed(dialogue, cwd);
  } finally {
    dialogue.completeBy(undefined);
  }
}

async function untilNamed(dialogue: Dialogue, cwd: string): Promise<string | undefined> {
  for (;;) {
    dialogue.say('Enter the folder you want to share:');
    const line = await dialogue.lines.next();
    if (line === undefined) {
      if (dialogue.left) return undefined;
      throw new ConfigError('no folder is set: use --folder, P2P_FOLDER, or folder in config.yml');
    }
    const folder = expandHome(line.trim());
    if (folder === '') {
      dialogue.fail('Expected the path of a folder, such as /home/user/shared.');
      continue;
    }
    if ((await folderFault(folder, cwd)) === undefined) return folder;
    const read = expandHome(readTypedPath(trimTyped(line)).path);
    const fault =
      read === '' ? `"${folder}" is not the path of a folder` : await folderFault(read, cwd);
    if (fault === undefined) return read;
    dialogue.fail(fault);
  }
}

/**
 * Asks for the members until `q` or the end of the input.
 *
 * @param host the host to which the node will be bound
 * @returns their addresses as `host:port`
 */
export async function askForMembers(dialogue: Dialogue, host: string): Promise<string[]> {
  dialogue.say("Enter your cluster members list (one per line, enter 'q' to finish):");
  const members: string[] = [];
  for (;;) {
    const line = (await dialogue.lines.next())?.trim();
    if (line === undefined || line.toLowerCase() === 'q') return members;
    for (const text of splitList(line)) {
      const member = readPeerAddress(text);
      const fault = unreachableText(host, member === undefined ? [] : [member]);
      if (fault !== undefined) dialogue.fail(`${fault}.`);
      else if (member !== undefined) members.push(member);
      else dialogue.fail(`${noAddressText(text)}, or 'q' to finish`);
    }
  }
}
