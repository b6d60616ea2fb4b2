// The downloads of a session, with a node of which only the test knows when it answers.
import { EventEmitter } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { PeerlaneNode } from '../../src/node/node.ts';
import type { Dialogue } from '../../src/session/dialogue.ts';
import { Downloads } from '../../src/session/downloads.ts';

/** A session that downloads from a node without members, whose downloads end when the test says so. */
function session() {
  const notes: string[] = [];
  const ends: (() => void)[] = [];
  const running = (): Promise<never> =>
    new Promise((_resolve, reject) => {
      ends.push(() => {
        reject(new Error('ended'));
      });
    });
  const node = Object.assign(new EventEmitter(), {
    members: () => [],
    get: running,
    getFolder: running,
  });
  const dialogue: Partial<Dialogue> = {
    note: (line) => notes.push(line),
    fail: (line) => notes.push(line),
    live: () => undefined,
  };
  const options = { timeout: 60_000, signal: new AbortController().signal };
  const downloads = new Downloads(
    node as unknown as PeerlaneNode,
    dialogue as Dialogue,
    options as ConstructorParameters<typeof Downloads>[2],
  );
  return { node, downloads, notes, ends };
}

it('A download that was cancelled is neither named nor cancelled again while it ends', async () => {
  const { downloads, ends } = session();
  void downloads.get('a.txt');
  void downloads.get('b.txt');
  expect(downloads.names).toEqual(['a.txt', 'b.txt']);
  expect(downloads.cancel('a.txt')).toBe(true);
  expect(downloads.names).toEqual(['b.txt']);
  expect(downloads.cancel('a.txt')).toBe(false);
  expect(downloads.cancel()).toBe(true);
  expect([downloads.names, downloads.cancel()]).toEqual([[], false]);
  for (const end of ends) end();
  await downloads.idle();
});

it('A folder is cancelled by its name, and says how it goes on; one that the end of the session stops says nothing', async () => {
  const { downloads, ends, notes } = session();
  void downloads.get('photos/');
  void downloads.get('music/');
  await setImmediate();
  expect(downloads.names).toEqual(['photos/', 'music/']);
  expect(downloads.cancel('photos')).toBe(false);
  expect(downloads.cancel('photos/')).toBe(true);
  notes.length = 0;
  ends[0]!();
  await setImmediate();
  expect(notes).toEqual(['Cancelled: "photos/". Get it again to resume.']);
  downloads.leave();
  ends[1]!();
  await downloads.idle();
  expect(notes).toHaveLength(1);
});

it('A download says who has left or fallen silent where nobody else is known, not that nobody is known', async () => {
  const { node, downloads, notes } = session();
  void downloads.get('a.txt');
  await setImmediate();
  expect(notes).toEqual([expect.stringContaining(': waiting up to 60 s for ')]);
  for (let port = 1; port <= 7; port += 1) node.emit('gone', `127.0.0.1:${port}`);
  node.emit('peer', '127.0.0.1:7');
  void downloads.get('b.txt');
  await setImmediate();
  expect(notes.slice(1)).toEqual([
    'Nobody is there now. Left or fallen silent: 127.0.0.1:6, 127.0.0.1:5, 127.0.0.1:4, ' +
      '127.0.0.1:3, 127.0.0.1:2 and 1 more.',
  ]);
});
