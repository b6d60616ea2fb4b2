// `p2p share FILE…`: shares only these files until it is stopped.
import { resolve } from 'node:path';
import type { Invocation } from '../command-line/parse.ts';
import { exitCodes } from '../output/exit-codes.ts';
import type { Io } from '../output/io.ts';
import { ConfigError } from '../config/config-error.ts';
import { unreachableText } from '../members/reaching-host.ts';
import { hintWhenAlone } from '../members/lan-hint.ts';
import { sayUploads } from '../members/upload-text.ts';
import { createNode } from '../node/node.ts';
import { filesText } from '../text/figures.ts';
import { WarningLog } from '../output/warning-log.ts';
import { nodeOptionsFrom } from '../command-line/node-options.ts';
import { configured } from '../command-line/configured.ts';
import { Report } from '../output/report.ts';
import { readyEvent, reportServing, serveUntilStopped } from './serving.ts';

/** Runs `p2p share`. */
export async function run(invocation: Invocation<'share'>, io: Io): Promise<number> {
  const report = new Report(invocation, io);
  try {
    const loaded = await configured(invocation, io, (line) => {
      report.note(line);
    });
    const { config } = loaded;
    const fault = unreachableText(config.host, config.cluster ?? []);
    if (fault !== undefined) throw new ConfigError(fault);
    const files = invocation.operands.map((path) => resolve(io.cwd, path));
    await using node = createNode({
      ...nodeOptionsFrom(config),
      files,
      members: config.cluster ?? [],
    });
    using warnings = new WarningLog(
      (line) => {
        report.note(line);
      },
      () => performance.now(),
    );
    node.on('warning', (message) => {
      warnings.add(`Warning: ${message}`);
    });
    sayUploads(node, report.say.bind(report));
    reportServing(node, report);
    await node.start();
    const ready = await readyEvent(node, loaded, io.cwd);
    report.event(ready);
    report.say(
      `Sharing ${filesText(ready.files, ready.bytes)} at ${ready.addresses.join(', ')} until Ctrl-C.`,
    );
    if (config.host === '127.0.0.1')
      report.say('Only this machine reaches 127.0.0.1: share with your network by p2p share --lan');
    const hint = hintWhenAlone(node, config, report.note.bind(report));
    await serveUntilStopped(node, io, hint);
    return exitCodes.done;
  } catch (error) {
    return report.fail(error);
  }
}
