// `p2p receive`: a member that shares nothing, and takes what others send it.
import { resolve } from 'node:path';
import { aborted } from '../aborted.ts';
import type { Invocation } from '../command-line/parse.ts';
import { UsageError } from '../command-line/usage-error.ts';
import { configured, type Configured } from '../command-line/configured.ts';
import { nodeOptionsFrom } from '../command-line/node-options.ts';
import { isFrom, isSender } from '../config/senders.ts';
import { settings, type Config } from '../config/settings.ts';
import { WarningLog } from '../events/warning-log.ts';
import { ConfigError } from '../files/config-error.ts';
import { folderFault } from '../files/folder-path.ts';
import { KeyWatch } from '../keys/key-watch.ts';
import { sealText } from '../lines/seal-text.ts';
import { warningText } from '../lines/warning-text.ts';
import { hintWhenAlone } from '../members/lan-hint.ts';
import { unreachableText } from '../members/reaching-host.ts';
import { startBeside } from '../members/start-beside.ts';
import { pause } from '../members/wait-for-members.ts';
import { whereToAsk, zoneNote } from '../members/where-to-ask.ts';
import { createNode, type PeerlaneNode } from '../node/node.ts';
import { exitCodes } from '../output/exit-codes.ts';
import type { Io } from '../output/io.ts';
import { Report } from '../output/report.ts';
import { FirstSend } from '../receiving/first-send.ts';
import { IncomingQuestions } from '../receiving/incoming-questions.ts';
import { outputScreen, type ReceiveScreen } from '../receiving/receive-screen.ts';
import { showArrivals, textLines } from '../receiving/show-arrivals.ts';
import { readyEvent, reportServing, serveUntilStopped, servingIo } from '../serving/serving.ts';
import { reportArrivals, textEvent } from '../serving/report-arrivals.ts';
import { askingScreen, dialogueOn } from '../session/dialogue-on.ts';
import type { IncomingSend } from '../sends/incoming.ts';
import { splitList } from '../config/peer-addresses.ts';
import { sendCommand } from '../text/send-command.ts';

/** The longest wait for a sender, which asks once a second, to learn that all has come, in milliseconds. */
const tellTime = 3000;

/** Runs `p2p receive` until Ctrl-C, or with `--once` until the first send has come. */
export async function run(invocation: Invocation<'receive'>, given: Io): Promise<number> {
  const { options } = invocation;
  const isAsked = !options.yes;
  const io = isAsked ? given : servingIo(given, options.json);
  const report = new Report(invocation, io);
  try {
    const wanted = await wantedOf(invocation, io);
    const loaded = await configured(invocation, io, (line) => {
      report.note(line);
    });
    using dialogue = isAsked ? dialogueOn(given, invocation.color) : undefined;
    const screen = dialogue ? askingScreen(dialogue, io) : outputScreen(report, io);
    return await receive(loaded, { ...wanted, once: options.once }, screen, report, io);
  } catch (error) {
    return report.fail(error);
  }
}

interface Wanted {
  /** The only senders whose sends are taken, if any are named. */
  readonly from: readonly string[] | undefined;
  readonly into: string;
}

async function wantedOf({ options }: Invocation<'receive'>, io: Io): Promise<Wanted> {
  const canAsk = io.stdin.isTTY === true && io.stdout.isTTY === true && !options.json;
  if (!options.yes && !canAsk)
    throw new UsageError(
      'Without a terminal nobody can be asked: add --yes, and --from to choose whose sends are taken',
    );
  const { from, into } = options;
  if (into === '') throw new UsageError('--into: expected the path of a folder');
  const fault = into === undefined ? undefined : await folderFault(into, io.cwd);
  if (fault !== undefined) throw new UsageError(`--into: ${fault}`);
  const senders = from?.flatMap(splitList);
  const wrong = senders?.find((each) => !isSender(each));
  if (wrong !== undefined || senders?.length === 0)
    throw new UsageError(`--from: expected ${settings.acceptFrom.expected}, got "${wrong ?? ''}"`);
  return { from: senders, into: resolve(io.cwd, into ?? '.') };
}

async function receive(
  loaded: Configured,
  { from, into, once: isOnce }: Wanted & { readonly once: boolean },
  screen: ReceiveScreen,
  report: Report,
  io: Io,
): Promise<number> {
  const { config, keys } = loaded;
  const fault = unreachableText(config.host, config.cluster ?? []);
  if (fault !== undefined) throw new ConfigError(fault);
  using keyWatch = new KeyWatch({ onChange: screen.note, onFault: screen.note });
  if (keys) keyWatch.begin(keys);
  using warnings = new WarningLog(screen.note, () => performance.now());
  const { question } = screen;
  using questions = question && new IncomingQuestions(question, () => keys !== undefined);
  let first: FirstSend | undefined;
  const decide = async (send: IncomingSend, signal: AbortSignal): Promise<boolean> => {
    const isWanted = from === undefined || isFrom(from, send);
    const isLate = isOnce && first?.isTooLate(send) === true;
    return isWanted && !isLate && (questions ? await questions.ask(send, signal) : true);
  };
  const make = (config: Config): PeerlaneNode => {
    const node = createNode({
      ...nodeOptionsFrom(config),
      files: [],
      members: config.cluster ?? [],
      keyring: keys?.keyring,
      receive: {
        ...{ decide, into },
        onText: (text, send) => {
          report.event(textEvent(text, send));
          screen.say(textLines(text, send, screen.columns()));
        },
      },
    });
    node.on('warning', (message, about) => {
      warnings.add(`Warning: ${warningText(message, about)}`);
    });
    reportServing(node, report);
    reportArrivals(node, (event) => {
      report.event(event);
    });
    showArrivals(node, screen);
    first = new FirstSend(node);
    return node;
  };
  const { node: started, isFoundHere } = await startBeside(loaded, make, io.signal);
  await using node = started;
  const ready = await readyEvent(node, loaded, io.cwd);
  report.event(ready);
  const where = whereToAsk(config, isFoundHere, ready.addresses);
  screen.say(
    `Waiting for what is sent to "${config.name}" at ${ready.addresses.join(', ')} until Ctrl-C.`,
    `To send it something: ${sendCommand(where, config.name)}`,
    sealText(node.sealedBy, config.host),
  );
  const zone = zoneNote(where);
  if (zone !== undefined) screen.say(zone);
  screen.begin((line) => {
    if (questions?.answer(line) === true) return;
    screen.note(
      questions?.isAsking === true ? 'Type y, n, or a.' : 'Nothing is asked just now. Ctrl-C ends.',
    );
  });
  const hint = hintWhenAlone(node, config, screen.note);
  const stop = AbortSignal.any([io.signal, screen.left]);
  stop.addEventListener('abort', () => {
    questions?.close();
  });
  const isWhole = isOnce ? await Promise.race([first!.over, aborted(stop)]) : undefined;
  if (isWhole !== undefined) {
    const limit = new AbortController();
    await Promise.race([first!.told, pause(tellTime, AbortSignal.any([stop, limit.signal]))]);
    limit.abort();
  }
  const signal = isWhole === undefined ? stop : AbortSignal.abort();
  await serveUntilStopped(node, { signal }, hint);
  if (!isOnce) return exitCodes.done;
  return isWhole === undefined
    ? exitCodes.interrupted
    : isWhole
      ? exitCodes.done
      : exitCodes.failed;
}
