// `p2p share FILE…`: shares only these files and folders until it is stopped.
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Invocation } from '../command-line/parse.ts';
import { warningText } from '../lines/warning-text.ts';
import { exitCodes } from '../output/exit-codes.ts';
import type { Io } from '../output/io.ts';
import { cacheFolder, noCacheText } from '../files/cache-folder.ts';
import { ConfigError } from '../files/config-error.ts';
import { KeyWatch } from '../keys/key-watch.ts';
import type { Config } from '../config/settings.ts';
import { unreachableText } from '../members/reaching-host.ts';
import { hintWhenAlone } from '../members/lan-hint.ts';
import { sayUploads } from '../members/upload-text.ts';
import { whereToAsk, zoneNote } from '../members/where-to-ask.ts';
import { createNode, type PeerlaneNode } from '../node/node.ts';
import { reachText } from '../members/reach-text.ts';
import { sharedText } from '../text/figures.ts';
import { getCommandLine } from '../text/get-command.ts';
import { WarningLog } from '../events/warning-log.ts';
import { nodeOptionsFrom } from '../command-line/node-options.ts';
import { configured } from '../command-line/configured.ts';
import { Report } from '../output/report.ts';
import { startBeside } from '../members/start-beside.ts';
import { readyEvent, reportServing, serveUntilStopped, servingIo } from '../serving/serving.ts';

/** Runs `p2p share`. */
export async function run(invocation: Invocation<'share'>, given: Io): Promise<number> {
  const io = servingIo(given, invocation.options.json);
  const report = new Report(invocation, io);
  io.surviveOutput?.((reason) => {
    report.note(`Warning: ${reason}`);
  });
  try {
    const loaded = await configured(invocation, io, (line) => {
      report.note(line);
    });
    const { config, keys } = loaded;
    const fault = unreachableText(config.host, config.cluster ?? []);
    if (fault !== undefined) throw new ConfigError(fault);
    const note = report.note.bind(report);
    using keyWatch = new KeyWatch({ onChange: note, onFault: note });
    if (keys) keyWatch.begin(keys);
    const files = invocation.operands.map((path) => resolve(io.cwd, path));
    using warnings = new WarningLog(
      (line) => {
        report.note(line);
      },
      () => performance.now(),
    );
    const cache = cacheFolder({ env: io.env });
    if (cache === undefined) warnings.add(`Warning: ${noCacheText}.`);
    const make = (config: Config): PeerlaneNode => {
      const node = createNode({
        ...nodeOptionsFrom(config),
        files,
        cacheFolder: cache,
        members: config.cluster ?? [],
        keyring: keys?.keyring,
      });
      node.on('warning', (message, about) => {
        warnings.add(`Warning: ${warningText(message, about)}`);
      });
      sayUploads(node, report.say.bind(report));
      reportServing(node, report);
      return node;
    };
    const { node: started, isFoundHere } = await startBeside(loaded, make, io.signal);
    await using node = started;
    const { port } = node.address;
    if (config.port !== 0 && port !== config.port)
      report.note(`UDP port ${config.port} is in use: this node has UDP port ${port} instead.`);
    const ready = await readyEvent(node, loaded, io.cwd);
    report.event(ready);
    const where = whereToAsk(config, isFoundHere, ready.addresses);
    report.say(
      `Sharing ${sharedText(ready)} at ${ready.addresses.join(', ')} until Ctrl-C.`,
      getCommandLine(await Promise.all(files.map(markFolder)), where),
    );
    for (const line of [zoneNote(where), reachText(node, config, 'p2p share')])
      if (line !== undefined) report.say(line);
    const hint = hintWhenAlone(node, config, report.note.bind(report));
    await serveUntilStopped(node, io, hint);
    return exitCodes.done;
  } catch (error) {
    return report.fail(error);
  }
}

/** A path, with a slash at its end if it is that of a folder: so its name is typed. */
async function markFolder(path: string): Promise<string> {
  const status = await stat(path).catch(() => undefined);
  return status?.isDirectory() === true ? `${path}/` : path;
}
