import { once } from 'node:events';
import { resolve } from 'node:path';
import { formatPeerAddress } from '@peerlane/protocol';
import { runCommands } from './commands.ts';
import type { Config } from './config/settings.ts';
import { Dialogue } from './dialogue.ts';
import type { Io } from './io.ts';
import { createNode, type PeerlaneNode } from './node.ts';
import { askForFolder, askForMembers } from './prompts.ts';
import { WarningLog } from './warning-log.ts';

/**
 * The interactive session: asks for what the configuration lacks, starts the node, and does what
 * it is told until `quit`, the end of the input, or the signal.
 *
 * @returns whether all was done: false where a line of a script failed
 * @throws ConfigError, NodeError where the node cannot be started
 */
export async function runSession(config: Config, io: Io): Promise<boolean> {
  using dialogue = new Dialogue(io);
  const folder = config.folder ?? (await askForFolder(dialogue, io.cwd));
  if (folder === undefined) return true;
  const cluster = config.cluster ?? (await askForMembers(dialogue));
  if (dialogue.left) return true;
  using warnings = new WarningLog(
    (line) => {
      dialogue.note(line);
    },
    () => performance.now(),
  );
  await using node = createNode({ ...config, folder: resolve(io.cwd, folder), cluster });
  report(node, dialogue, warnings);
  await node.start();
  if (config.port === 0) {
    const { port } = node.address;
    dialogue.say(`Listening on ${formatPeerAddress({ host: config.host, port })}`);
  }
  dialogue.say("Enter a file you want to download or 'list' to see the cluster ('quit' to exit)");
  await runCommands(node, dialogue, { waiting: config.waiting, signal: io.signal });
  // Without a single line there is nobody at the other end: this node is there to serve.
  const serves = !dialogue.interactive && dialogue.lines.count === 0;
  if (serves && !io.signal.aborted) await once(io.signal, 'abort');
  // A person has seen what failed, and a signal is no failure.
  return dialogue.interactive || io.signal.aborted || !dialogue.failed;
}

/** Tells what the node tells about itself, in the words of the seed. */
function report(node: PeerlaneNode, dialogue: Dialogue, warnings: WarningLog): void {
  node.on('warning', (message) => {
    warnings.add(`Warning: ${message}.`);
  });
  node.on('connection', () => {
    dialogue.say('A client has connected!');
  });
  node.on('sending', () => {
    dialogue.say('Sending filename and filesize!', 'Start sending file');
  });
  node.on('sent', () => {
    dialogue.say('File has been sent, closing connection!');
  });
}
