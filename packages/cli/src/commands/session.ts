// The interactive session: asks for the settings that are missing, starts a node, and runs commands.
import { resolve } from 'node:path';
import { formatPeerAddress } from '@peerlane/protocol';
import { aborted } from '../aborted.ts';
import type { Invocation } from '../command-line/parse.ts';
import type { Dialogue } from '../session/dialogue.ts';
import { dialogueOn } from '../session/dialogue-on.ts';
import { warningText } from '../lines/warning-text.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { otherContentText } from '../output/failure-text.ts';
import { cacheFolder, noCacheText } from '../files/cache-folder.ts';
import { folderWarning } from '../files/folder-path.ts';
import { boundedOutput } from '../output/bounded-output.ts';
import { EventSampler } from '../events/event-sampler.ts';
import { KeyWatch } from '../keys/key-watch.ts';
import { print, type Io } from '../output/io.ts';
import { ConfigError } from '../files/config-error.ts';
import { unreachableText } from '../members/reaching-host.ts';
import { acceptRuleOf, type AcceptRule } from '../receiving/accept-rule.ts';
import { IncomingQuestions } from '../receiving/incoming-questions.ts';
import { showArrivals, textLines } from '../receiving/show-arrivals.ts';
import type { ReceiveOptions } from '../sends/incoming.ts';
import { columnsOf } from '../output/live-line.ts';
import { hintWhenAlone } from '../members/lan-hint.ts';
import { sayClashes } from '../members/name-clashes.ts';
import { sayUploads } from '../members/upload-text.ts';
import { createNode, type PeerlaneNode } from '../node/node.ts';
import type { Config } from '../config/settings.ts';
import { reachText } from '../members/reach-text.ts';
import { sharedText } from '../text/figures.ts';
import { askForFolder, askForMembers } from '../session/prompts.ts';
import { SessionCommands } from '../session/session-commands.ts';
import { WarningLog } from '../events/warning-log.ts';
import { nodeOptionsFrom } from '../command-line/node-options.ts';
import { configured } from '../command-line/configured.ts';
import { sentence } from '../text/sentence.ts';

/**
 * Runs the interactive session: asks for settings that are missing, starts the node, and runs commands
 * until `quit`, the end of the input, or a signal.
 *
 * @throws ConfigError, NodeError if the node cannot be started
 */
export async function run(invocation: Invocation<''>, io: Io): Promise<number> {
  const { config, keys } = await configured(invocation, io, (line) => {
    print(io.stderr, line);
  });
  using dialogue = dialogueOn(io, invocation.color);
  const folder = config.folder ?? (await askForFolder(dialogue, io.cwd));
  if (folder === undefined) return exitCodes.done;
  const members = config.cluster ?? (await askForMembers(dialogue, config.host));
  if (dialogue.left) return exitCodes.done;
  const fault = unreachableText(config.host, members);
  if (fault !== undefined) throw new ConfigError(fault);
  using warnings = new WarningLog(
    (line) => {
      dialogue.note(line);
    },
    () => performance.now(),
  );
  const path = resolve(io.cwd, folder);
  const cache = cacheFolder({ env: io.env });
  if (cache === undefined) warnings.add(`${noCacheText}.`);
  const rule = acceptRuleOf(config);
  using questions = new IncomingQuestions(dialogue, () => keys !== undefined);
  await using node = createNode({
    ...nodeOptionsFrom(config),
    folder: path,
    receive: receiving(dialogue, questions, rule, config.acceptInto, io),
    cacheFolder: cache,
    members,
    keyring: keys?.keyring,
  });
  const note = (line: string): void => {
    dialogue.note(line);
  };
  using keyWatch = new KeyWatch({ onChange: note, onFault: note });
  if (keys) keyWatch.begin(keys);
  report(node, dialogue, warnings, io);
  showArrivals(node, dialogue);
  await node.start();
  const warning = folderWarning(path);
  if (warning !== undefined) dialogue.note(warning);
  sayClashes(node, "'status' names them", (line) => {
    warnings.add(`${line}.`);
  });
  await introduce(node, path, config, dialogue);
  if (config.port === 0) {
    const { port } = node.address;
    dialogue.say(`Listening on ${formatPeerAddress({ host: config.host, port })}`);
  }
  dialogue.say("Enter a file you want to download or 'list' to see the cluster ('quit' to exit)");
  const hint = dialogue.interactive
    ? hintWhenAlone(node, config, dialogue.note.bind(dialogue))
    : undefined;
  const commands = new SessionCommands(node, dialogue, {
    timeout: config.waiting * 1000,
    host: config.host,
    protocol: config.protocol,
    folder: path,
    name: config.name,
    answer: (line) => questions.answer(line),
    signal: io.signal,
  });
  dialogue.begin(commands);
  await commands.run();
  hint?.();
  // An input without a single line has no commands: this node is there to serve.
  const serves = !dialogue.interactive && dialogue.lines.count === 0;
  if (serves) await aborted(io.signal);
  // A person has seen the failures, and a signal is no failure.
  const failed = !dialogue.interactive && !io.signal.aborted && dialogue.failed;
  return failed ? exitCodes.failed : exitCodes.done;
}

/** How the session receives: by the rule of its configuration, and at a terminal by asking its person. */
function receiving(
  dialogue: Dialogue,
  questions: IncomingQuestions,
  rule: AcceptRule | undefined,
  into: string | undefined,
  { stdout, cwd }: Pick<Io, 'stdout' | 'cwd'>,
): ReceiveOptions | undefined {
  if (!dialogue.atTerminal && !rule) return undefined;
  return {
    decide: async (send, signal) =>
      rule?.(send) === true || (dialogue.atTerminal && (await questions.ask(send, signal))),
    ...(into !== undefined && { into: resolve(cwd, into) }),
    onText: (text, send) => {
      const columns = dialogue.atTerminal ? columnsOf(stdout) : undefined;
      dialogue.say(textLines(text, send, columns));
    },
  };
}

/**
 * Shows a person which folder is shared, and whether other machines can reach it. A script, whose output
 * is that of the original, is noted what `--lan` opens.
 */
async function introduce(
  node: PeerlaneNode,
  folder: string,
  config: Config,
  dialogue: Dialogue,
): Promise<void> {
  const reach = reachText(node, config, 'p2p');
  if (!dialogue.atTerminal) {
    if ((config.lan || node.sealedBy !== undefined) && reach !== undefined) dialogue.note(reach);
    return;
  }
  dialogue.say(`Sharing ${sharedText(await node.shared())} from ${folder}`);
  if (reach !== undefined) dialogue.say(reach);
}

/** Prints the events of the node: for a person who has done what, for a script the lines of the original. */
function report(
  node: PeerlaneNode,
  dialogue: Dialogue,
  warnings: WarningLog,
  { stdout }: Pick<Io, 'stdout'>,
): void {
  node.on('warning', (message, about) => {
    warnings.add(sentence(`Warning: ${warningText(message, about)}`));
  });
  node.on('otherContent', (other) => {
    warnings.add(otherContentText(other));
  });
  if (dialogue.atTerminal) {
    sayUploads(node, dialogue.say.bind(dialogue));
    return;
  }
  const sampler = new EventSampler((of, count) => {
    warnings.add(
      `${count} more files ${of === 'sent' ? 'were sent' : 'began to be sent'} in a second.`,
    );
  });
  // Nobody may read what a session prints that is there to serve. Results are never dropped.
  const events = boundedOutput(stdout);
  node.on('sending', () => {
    if (sampler.admits('sending'))
      print(
        events,
        'A client has connected!',
        'Sending filename and filesize!',
        'Start sending file',
      );
  });
  node.on('sent', () => {
    if (sampler.admits('sent')) print(events, 'File has been sent, closing connection!');
  });
}
