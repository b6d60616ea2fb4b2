// `p2p start`: runs a node without a prompt, as a service or in a container.
import { resolve } from 'node:path';
import { isLoopback, shortText } from '@peerlane/protocol';
import type { NameClash } from '@peerlane/tcp-transfer';
import type { LogLevel } from '../command-line/command-spec.ts';
import type { Invocation } from '../command-line/parse.ts';
import { cacheFolder, noCacheText } from '../files/cache-folder.ts';
import { ConfigError } from '../files/config-error.ts';
import { KeyWatch } from '../keys/key-watch.ts';
import { warningText } from '../lines/warning-text.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { folderWarning } from '../files/folder-path.ts';
import type { Io } from '../output/io.ts';
import { sayClashes } from '../members/name-clashes.ts';
import { acceptRuleOf } from '../receiving/accept-rule.ts';
import { textLines } from '../receiving/show-arrivals.ts';
import { logArrivals, reportArrivals, textEvent } from '../serving/report-arrivals.ts';
import { hintWhenAlone } from '../members/lan-hint.ts';
import { unreachableText } from '../members/reaching-host.ts';
import { createNode, type PeerlaneNode } from '../node/node.ts';
import { reachText } from '../members/reach-text.ts';
import { sharedText } from '../text/figures.ts';
import { lostText } from '../output/bounded-output.ts';
import { FolderUploads, isFolder } from '../events/folder-uploads.ts';
import { EventSampler, type SampledKind } from '../events/event-sampler.ts';
import { Log, logLine, type LogFields } from '../events/log.ts';
import { WarningLog } from '../events/warning-log.ts';
import { nodeOptionsFrom } from '../command-line/node-options.ts';
import { configured } from '../command-line/configured.ts';
import { Report } from '../output/report.ts';
import { readyEvent, reportServing, serveUntilStopped, servingIo } from '../serving/serving.ts';

/** Runs `p2p start`. The log is written to standard error. */
export async function run(invocation: Invocation<'start'>, given: Io): Promise<number> {
  const { options } = invocation;
  const { 'log-format': format = 'text', 'log-level': level = 'info' } = options;
  const io = servingIo(given, options.json, (count) => logLine(format, 'warning', lostText(count)));
  const log = new Log(io.stderr, format, level);
  const toLog = (reason: string): void => {
    log.write('error', reason);
  };
  const report = new Report(invocation, io, format === 'json' ? toLog : undefined);
  io.surviveOutput?.((reason) => {
    log.write('warning', reason);
  });
  try {
    const loaded = await configured(invocation, io, (line, level) => {
      log.write(level, line);
    });
    const { config, keys } = loaded;
    if (config.folder === undefined) {
      throw new ConfigError('no folder is set: use --folder, P2P_FOLDER, or folder in config.yml');
    }
    const fault = unreachableText(config.host, config.cluster ?? []);
    if (fault !== undefined) throw new ConfigError(fault);
    const folder = resolve(io.cwd, config.folder);
    const warning = folderWarning(folder);
    if (warning !== undefined) log.write('warning', warning.replace('Warning: ', ''));
    const cache = cacheFolder({ env: io.env });
    if (cache === undefined) log.write('warning', noCacheText);
    const rule = acceptRuleOf(config);
    await using node = createNode({
      ...nodeOptionsFrom(config),
      folder,
      ...(rule && {
        receive: {
          decide: (send) => Promise.resolve(rule(send)),
          into: config.acceptInto === undefined ? folder : resolve(io.cwd, config.acceptInto),
          onText: (text, send) => {
            report.event(textEvent(text, send));
            report.say(textLines(text, send, undefined));
          },
        },
      }),
      cacheFolder: cache,
      members: config.cluster ?? [],
      keyring: keys?.keyring,
    });
    using warnings = new WarningLog(
      (line) => {
        log.write('warning', line);
      },
      () => performance.now(),
    );
    using keyWatch = new KeyWatch({
      onChange: (line) => {
        log.write('info', line);
      },
      onFault: (line) => {
        report.event({ event: 'warning', message: line });
        log.write('warning', line);
      },
    });
    if (keys) keyWatch.begin(keys);
    node.on('warning', (message, about) => {
      warnings.add(warningText(message, about));
    });
    logServing(node, log);
    reportServing(node, report);
    logArrivals(node, log);
    reportArrivals(node, (event) => {
      report.event(event);
    });
    await node.start();
    sayClashes(node, '--log-level debug names them', (line) => {
      report.event({ event: 'warning', message: line });
      warnings.add(line);
    });
    logClashes(node.clashes(), log);
    const ready = await readyEvent(node, loaded, io.cwd);
    report.event(ready);
    report.say(
      `Ready: UDP ${ready.addresses.join(', ')}, TCP port ${ready.tcpPort}, ` +
        `sharing ${sharedText(ready)} from ${folder}`,
    );
    const isShown = node.sealedBy !== undefined || !isLoopback(config.host);
    const reach = isShown ? reachText(node, config, 'p2p start') : undefined;
    if (reach !== undefined) report.say(reach);
    const hint = hintWhenAlone(node, config, (line) => {
      log.write('info', line);
    });
    await serveUntilStopped(node, io, hint);
    log.write('info', 'stopped');
    return exitCodes.done;
  } catch (error) {
    return report.fail(error);
  }
}

function logClashes(clashes: readonly NameClash[], log: Log): void {
  for (const { served, hidden } of clashes) {
    for (const path of hidden) log.write('debug', 'a file is not shared', { path, served });
  }
}

/** Writes what happens at the node to the log: of each kind only so much in a second. */
function logServing(node: PeerlaneNode, log: Log): void {
  const sampler = new EventSampler((of, count) => {
    log.write('debug', 'events were left out', { of, count });
  });
  const write = (of: SampledKind, level: LogLevel, message: string, fields: LogFields): void => {
    if (log.shows(level) && sampler.admits(of)) log.write(level, message, fields);
  };
  node.on('clash', (clash) => {
    logClashes([clash], log);
  });
  node.on('peer', (address) => {
    write('peer', 'info', 'a member has joined', { address });
  });
  node.on('gone', (address) => {
    write('gone', 'info', 'a member has left', { address });
  });
  node.on('request', ({ peer, filename, kind }) => {
    const fields = { peer, filename: shortText(filename) };
    write('request', 'debug', `a ${kind === 'folder' ? kind : 'file'} was requested`, fields);
  });
  node.on('connection', (client) => {
    write('connection', 'debug', 'a client has connected', { client });
  });
  const uploads = new FolderUploads(() => performance.now());
  node.on('sending', (upload) => {
    if (!isFolder(upload)) write('sending', 'debug', 'a file is being sent', { ...upload });
    else if (uploads.isNew(upload))
      write('sending', 'info', 'a folder is being sent', {
        ...{ client: upload.client, filename: upload.filename },
      });
  });
  node.on('sent', (upload) => {
    if (!isFolder(upload)) write('sent', 'info', 'a file was sent', { ...upload });
  });
}
