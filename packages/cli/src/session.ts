import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { normalPeerAddress, visibleText } from '@peerlane/protocol';
import { ConfigError } from './config/config-error.ts';
import type { Config } from './config/settings.ts';
import { print, type Io } from './io.ts';
import { LineReader } from './line-reader.ts';
import { createNode, type PeerlaneNode } from './node.ts';
import { WarningLog } from './warning-log.ts';

/**
 * The interactive session: asks for what the configuration lacks, starts the node, and does what
 * it is told until `quit`, the end of the input, or the signal.
 *
 * @throws ConfigError, NodeError where the node cannot be started
 */
export async function runSession(config: Config, io: Io): Promise<void> {
  const lines = new LineReader(io.stdin, io.signal);
  try {
    const folder = config.folder ?? (await askForFolder(lines, io));
    if (folder === undefined) return;
    const cluster = config.cluster ?? (await askForMembers(lines, io));
    if (io.signal.aborted) return;
    await using node = createNode({ ...config, folder: resolve(io.cwd, folder), cluster });
    report(node, io);
    await node.start();
    if (config.port === 0) print(io.stdout, `Listening on ${config.host}:${node.address.port}`);
    print(
      io.stdout,
      "Enter a file you want to download or 'list' to see the cluster ('quit' to exit)",
    );
    await runCommands(node, lines, io);
  } finally {
    lines.close();
  }
}

async function askForFolder(lines: LineReader, io: Io): Promise<string | undefined> {
  for (;;) {
    print(io.stdout, 'Enter the folder you want to share:');
    const folder = await lines.next();
    if (io.signal.aborted) return undefined;
    if (folder === undefined) {
      throw new ConfigError(
        'no folder was given: name one with --folder, P2P_FOLDER or folder in config.yml',
      );
    }
    const status = await stat(resolve(io.cwd, folder)).catch(() => undefined);
    if (folder !== '' && status?.isDirectory()) return folder;
    print(io.stderr, `There is no folder "${visibleText(folder)}".`);
  }
}

async function askForMembers(lines: LineReader, io: Io): Promise<string[]> {
  print(io.stdout, "Enter your cluster members list (one per line, enter 'q' to finish):");
  const members: string[] = [];
  for (;;) {
    const line = (await lines.next())?.trim();
    if (line === undefined || line === 'q') return members;
    if (line === '') continue;
    const member = normalPeerAddress(line);
    if (member !== undefined) members.push(member);
    else
      print(
        io.stderr,
        `"${visibleText(line)}" is no address: expected host:port, such as 127.0.0.1:1378.`,
      );
  }
}

/** Prints what the node tells about itself, in the words of the seed. */
function report(node: PeerlaneNode, io: Io): void {
  const warnings = new WarningLog((line) => {
    print(io.stderr, line);
  }, performance.now.bind(performance));
  node.on('warning', (message) => {
    warnings.add(message);
  });
  node.on('connection', () => {
    print(io.stdout, 'A client has connected!');
  });
  node.on('sending', () => {
    print(io.stdout, 'Sending filename and filesize!\nStart sending file');
  });
  node.on('sent', () => {
    print(io.stdout, 'File has been sent, closing connection!');
  });
}

async function runCommands(node: PeerlaneNode, lines: LineReader, io: Io): Promise<void> {
  const downloads = new Set<Promise<void>>();
  const quit = new AbortController();
  const signal = AbortSignal.any([quit.signal, io.signal]);
  for (let line = await lines.next(); line !== undefined; line = await lines.next()) {
    const command = line.trim();
    if (command === 'quit') {
      quit.abort();
      break;
    }
    if (line.startsWith('get ')) {
      const download = get(node, line.slice('get '.length), io, signal);
      downloads.add(download);
      void download.finally(() => downloads.delete(download));
      // A person can go on while a file is on its way; a script's lines are done in order.
      if (!io.stdin.isTTY) await download;
    } else if (command === 'list') {
      list(node, io);
    } else if (command !== '') {
      print(
        io.stderr,
        `Unknown command "${visibleText(command)}". There are: list, get <filename>, quit`,
      );
    }
  }
  await Promise.all(downloads);
  // Without a single line there is nobody at the other end: this node is there to serve.
  if (lines.count === 0 && !io.signal.aborted) await aborted(io.signal);
}

function list(node: PeerlaneNode, io: Io): void {
  const members = node.members().map((member, index) => `  ${index + 1}. ${member}`);
  print(
    io.stdout,
    ['Cluster members:', ...(members.length > 0 ? members : ['  (none yet)'])].join('\n'),
  );
}

async function get(
  node: PeerlaneNode,
  filename: string,
  io: Io,
  signal: AbortSignal,
): Promise<void> {
  try {
    const { path, created } = await node.get(filename, { signal });
    print(io.stdout, 'Received file completely!');
    const name = basename(path);
    if (!created) print(io.stderr, `You already had this file: ${visibleText(name)}`);
    else if (name !== filename) print(io.stderr, `Saved as ${visibleText(name)}`);
  } catch (error) {
    if (!signal.aborted) print(io.stderr, visibleText((error as Error).message));
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
}
