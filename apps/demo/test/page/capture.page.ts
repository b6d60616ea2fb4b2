// Compares the page with a packet capture of the same traffic.
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { Capture, type Packet } from './capture.ts';
import {
  compareConnections,
  compareDatagrams,
  compareSealedConnections,
  type Node,
} from './compare.ts';
import { noBrowser, noCapture } from './tools.ts';
import { watched, type ShownRow } from './watch.ts';

const watch = watched();

it.skipIf(noBrowser || noCapture)(
  'The page shows the messages, bytes and order of a packet capture',
  async () => {
    const { page } = watch;
    const nodes = await nodesOfPage();
    await using capture = await startCapture(nodes);
    const start = await quiet();

    await getOverCutLink();
    await watch.choose('node1');
    await page.click('#version');
    await page.waitForSelector('.node.running.v1');
    await watch.get('node1', 'hello-from-node2.txt');
    await page.waitForSelector('#rows li.header');
    await watch.downloaded('node1', 'hello-from-node2.txt');
    await askKilledNode();

    const { seen, rows } = await seenSince(start, capture);
    await compareDatagrams(watch, nodes, rows, seen);
    await compareConnections(watch, rows, seen);
    // All of it was there: lost and unheard messages, and both versions.
    for (const kind of ['discover', 'get', 'file', 'request', 'answer', 'header', 'data']) {
      expect(
        rows.some(({ classes }) => classes.includes(kind)),
        kind,
      ).toBe(true);
    }
    expect(rows.some(({ classes }) => classes.includes('lost'))).toBe(true);
    expect(rows.some(({ classes }) => classes.includes('unheard'))).toBe(true);
    const [late] = rows.filter(({ spoken }) => /after [1-9]\d\.\d s/.test(spoken));
    expect(late?.spoken).toContain('node2 to node1: File');
  },
);

it.skipIf(noBrowser || noCapture)(
  'The page shows the sealed datagrams of a packet capture byte for byte, and its connections speak TLS 1.3',
  async () => {
    const { page } = watch;
    await watch.choose('node3');
    await page.click('#start:enabled');
    await page.waitForSelector('.node.running[id="choose-node3"]');
    await page.click('#seal');
    await page.waitForSelector('#seal:has-text("Open the cluster")');
    const nodes = await nodesOfPage();
    await using capture = await startCapture(nodes);
    const start = await quiet();

    await getOverCutLink();
    await askKilledNode();
    await watch.choose('node1');
    await page.click('#seal-node');
    await page.waitForSelector('.node.running:not(.sealed)[id="choose-node1"]');
    await page.waitForSelector('#rows li.refused');

    const { seen, rows } = await seenSince(start, capture);
    await compareDatagrams(watch, nodes, rows, seen);
    const datagrams = rows.filter(({ classes }) => classes.includes('udp'));
    const sealed = datagrams.filter(({ spoken }) => spoken.includes(', sealed'));
    expect(sealed.length).toBeGreaterThan(10);
    for (const row of sealed) {
      expect(row.classes).not.toContain('unknown');
      expect(await watch.bytesOf(row)).toMatch(/^01/);
    }
    // The node that was opened is the only one that anybody could read.
    const readable = datagrams.filter((row) => !sealed.includes(row));
    for (const { spoken } of readable) expect(spoken).toContain('node1 to ');
    const inTheClear = seen.filter(({ payload }) => /^(?!01)./.test(payload));
    expect(inTheClear.filter(({ via }) => via === 'udp')).toHaveLength(readable.length);
    compareSealedConnections(rows, seen);
    for (const kind of ['lost', 'unheard', 'refused'])
      expect(
        datagrams.some(({ classes }) => classes.includes(kind)),
        kind,
      ).toBe(true);
  },
);

async function nodesOfPage(): Promise<Node[]> {
  const nodes: Node[] = [];
  for (const name of ['node1', 'node2', 'node3']) {
    await watch.choose(name);
    const facts = await watch.page.locator('#selection dd').allTextContents();
    const [udp, tcp] = facts.map((address) => Number(address.split(':')[1])) as [number, number];
    nodes.push({ name, udp, tcp });
  }
  return nodes;
}

function startCapture(nodes: readonly Node[]): Promise<Capture> {
  return Capture.start(
    nodes.map(({ udp }) => udp),
    nodes.map(({ tcp }) => tcp),
  );
}

/** Two nodes get a file, the second while its link to the first is cut. */
async function getOverCutLink(): Promise<void> {
  const { page } = watch;
  await watch.get('node1', 'hello-from-node3.txt');
  await watch.downloaded('node1', 'hello-from-node3.txt');
  await watch.choose('node1–node2');
  await page.click('#cut');
  await page.waitForSelector('.link.cut');
  await watch.get('node2', 'hello-from-node3.txt');
  // A node that stops leaves unread what has been sent to it: no download is running when one does.
  await watch.downloaded('node2', 'hello-from-node3.txt');
  await watch.choose('node1–node2');
  await page.click('#heal');
}

/** A node is killed, and asked in vain. */
async function askKilledNode(): Promise<void> {
  const { page } = watch;
  await watch.choose('node3');
  await page.click('#kill');
  await page.waitForSelector('.node.killed');
  const cancelled = '#downloads li.failed:has-text("Cancelled")';
  const before = await page.locator(cancelled).count();
  await watch.get('node2', 'nowhere.txt');
  await page.waitForSelector('#rows li.get.unheard');
  await page.click('text=Give up');
  await expect.poll(() => page.locator(cancelled).count()).toBe(before + 1);
}

/** Waits for the next quiet moment: what was captured, and what is shown, from one to the other. */
async function seenSince(
  start: number,
  capture: Capture,
): Promise<{ readonly seen: Packet[]; readonly rows: ShownRow[] }> {
  const end = await quiet();
  const isWithin = ({ at }: { readonly at: number }): boolean => at > start && at < end;
  return {
    seen: (await capture.end()).filter(isWithin),
    rows: (await watch.rows()).filter(isWithin),
  };
}

/** A moment in which nothing has been sent for a while. */
async function quiet(): Promise<number> {
  for (;;) {
    const now = Date.now();
    await once(AbortSignal.timeout(2500), 'abort');
    const rows = await watch.rows();
    if (rows.every(({ at }) => at < now - 1000 || at > now + 1200)) return now + 100;
  }
}
