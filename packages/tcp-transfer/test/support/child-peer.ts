// The program of one side of a transfer, which tests kill, starve or deprive of rights; or of another
// user on the same machine.
import { Readable } from 'node:stream';
import {
  downloadFile,
  downloadTree,
  downloadVerified,
  openLibrary,
  PieceHasher,
  SharedFolder,
  startFileServer,
  TransferError,
  type Download,
} from '../../src/index.ts';
import type {
  DisturbTask,
  DownloadTask,
  DownloadTreeTask,
  PeerNews,
  PeerTask,
} from './child-task.ts';
import { tricks } from './child-tricks.ts';

const task = JSON.parse(process.argv[2]!) as PeerTask;
const report = (news: PeerNews): void => {
  process.send!(news);
};

if (task.user !== undefined) {
  process.setgroups!([]);
  process.setgid!(task.user);
  process.setuid!(task.user);
}
process.on('disconnect', () => {
  process.exit();
});

if (task.role === 'serve') {
  const folder = await SharedFolder.open(task.folder);
  const server = await startFileServer({ ...task.options, library: { files: folder } });
  server.on('warning', ({ message, cause }) => {
    report({ type: 'warning', message: `${message}: ${String(cause)}` });
  });
  report({ type: 'listening', address: server.address });
} else if (task.role === 'serve-tree') {
  const server = await startFileServer({ library: await openLibrary([task.folder]) });
  report({ type: 'listening', address: server.address });
} else if (task.role === 'download' || task.role === 'download-tree') {
  process.on('message', () => {
    void (task.role === 'download' ? download(task) : downloadFolder(task)).catch(fail);
  });
  report({ type: 'ready' });
} else {
  report({ type: 'disturbing' });
  disturb(task);
}

async function download(wanted: DownloadTask): Promise<void> {
  const { path, created } = await (wanted.root === undefined
    ? downloadPlainly(wanted)
    : downloadRoot(wanted, wanted.root));
  report({ type: 'done', path, created });
}

async function downloadFolder({ address, folder, into }: DownloadTreeTask): Promise<void> {
  const options = { sources: [{ address }], folder, into };
  const { fetchedFiles, problems } = await downloadTree(options);
  report({ type: 'done-tree', fetchedFiles, problems });
}

function fail(error: unknown): void {
  const { message } = error as Error;
  report({ type: 'failed', code: TransferError.is(error) ? error.code : 'other', message });
}

function downloadPlainly({ address, filename, into, existing }: DownloadTask): Promise<Download> {
  return downloadFile({
    address,
    filename,
    into,
    existing,
    onEvent: ({ type }) => {
      if (type === 'started') report({ type: 'started' });
    },
    onProgress: ({ received }) => {
      report({ type: 'progress', received });
    },
  });
}

async function downloadRoot(
  { address, filename, into, existing }: DownloadTask,
  root: string,
): Promise<Download> {
  await using hasher = new PieceHasher();
  const sources = Readable.from([{ address, root }]);
  return await downloadVerified({ sources, filename, into, root, existing, hasher });
}

/** Plays the trick again and again until the test ends this process. */
function disturb(wanted: DisturbTask): void {
  const play = tricks[wanted.trick]!;
  for (let round = 0; round < 20; round += 1) play(wanted.into, wanted.home);
  setImmediate(disturb, wanted);
}
