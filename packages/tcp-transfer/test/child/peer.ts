import { downloadFile, SharedFolder, startFileServer, TransferError } from '../../src/index.ts';
import type { PeerNews, PeerTask } from './task.ts';

// One side of a transfer in a process of its own, which tests kill, starve or take rights from.

const task = JSON.parse(process.argv[2]!) as PeerTask;
const tell = (news: PeerNews): void => {
  process.send!(news);
};

if (task.user !== undefined) {
  process.setgid!(task.user);
  process.setuid!(task.user);
}
process.on('disconnect', () => {
  process.exit();
});

if (task.role === 'serve') {
  const folder = await SharedFolder.open(task.folder);
  const server = await startFileServer({ ...task.options, folder });
  server.on('warning', ({ message, cause }) => {
    tell({ type: 'warning', message: `${message}: ${String(cause)}` });
  });
  tell({ type: 'listening', address: server.address });
} else {
  process.on('message', () => {
    void download();
  });
  tell({ type: 'ready' });
}

async function download(): Promise<void> {
  if (task.role !== 'download') return;
  const { address, filename, into } = task;
  try {
    await downloadFile({
      address,
      filename,
      into,
      onEvent: ({ type }) => {
        if (type === 'started') tell({ type: 'started' });
      },
      onProgress: ({ received }) => {
        tell({ type: 'progress', received });
      },
    });
    tell({ type: 'done' });
  } catch (error) {
    const { message } = error as Error;
    tell({ type: 'failed', code: TransferError.is(error) ? error.code : 'other', message });
  }
}
