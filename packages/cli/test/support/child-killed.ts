// The program of one side of a download, which a test kills at any moment.
import { openSync, readSync, writeSync } from 'node:fs';
import { createNode } from '../../src/node/index.ts';
import type { KilledNews, KilledTask } from './child-killed-task.ts';

// One side of a download in a process of its own, which a test kills at any moment.

const { role, node: options, ...task } = JSON.parse(process.argv[2]!) as KilledTask;

const report = (news: KilledNews): void => {
  process.send!(news);
};
process.on('disconnect', () => {
  process.exit();
});

const node = createNode({ ...options, discovery: false });
node.on('warning', (message) => {
  report({ type: 'warning', message });
});
if (role === 'hold') countSent(task.ledger);
await node.start();
report({ type: 'ready' });
if (role === 'get') {
  const { filename, limitRate } = task;
  await node.get(filename, { limitRate });
  report({ type: 'done' });
}

/** Counts on disk how many bytes of files were sent in all: a kill does not undo that. */
function countSent(ledger: string): void {
  const file = openSync(ledger, 'r+');
  const sent = new Float64Array(1);
  readSync(file, sent, 0, 8, 0);
  /** The clients that were answered with something other than a file. */
  const others = new Set<string>();
  node.on('transferWire', ({ direction, client, bytes, dataLength = 0 }) => {
    if (direction === 'in' && bytes) {
      if (Buffer.from(bytes).includes('"want":"data"')) others.delete(client);
      else others.add(client);
    }
    if (direction === 'in' || dataLength === 0 || others.has(client)) return;
    sent[0]! += dataLength;
    writeSync(file, sent, 0, 8, 0);
    report({ type: 'sent', bytes: sent[0]! });
  });
}
