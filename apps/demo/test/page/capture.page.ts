// Compares the page with a packet capture of the same traffic.
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { Capture, type Packet } from './capture.ts';
import { noBrowser, noCapture } from './tools.ts';
import { watched, type ShownRow } from './watch.ts';

const watch = watched();

interface Node {
  readonly name: string;
  readonly udp: number;
  readonly tcp: number;
}

it.skipIf(noBrowser || noCapture)(
  'The page shows the messages, bytes and order of a packet capture',
  async () => {
    const { page } = watch;
    const nodes: Node[] = [];
    for (const name of ['node1', 'node2', 'node3']) {
      await watch.choose(name);
      const facts = await page.locator('#selection dd').allTextContents();
      const [udp, tcp] = facts.map((address) => Number(address.split(':')[1])) as [number, number];
      nodes.push({ name, udp, tcp });
    }
    await using capture = await Capture.start(
      nodes.map(({ udp }) => udp),
      nodes.map(({ tcp }) => tcp),
    );
    const start = await quiet();

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
    await watch.choose('node1');
    await page.click('#version');
    await page.waitForSelector('.node.running.v1');
    await watch.get('node1', 'hello-from-node2.txt');
    await page.waitForSelector('#rows li.header');
    await watch.downloaded('node1', 'hello-from-node2.txt');
    await watch.choose('node3');
    await page.click('#kill');
    await page.waitForSelector('.node.killed');
    await watch.get('node2', 'nowhere.txt');
    await page.waitForSelector('#rows li.get.unheard');
    await page.click('text=Give up');
    await page.waitForSelector('#downloads li.failed:has-text("Cancelled")');

    const end = await quiet();
    const seen = (await capture.end()).filter(({ at }) => at > start && at < end);
    const rows = (await watch.rows()).filter(({ at }) => at > start && at < end);
    await compareDatagrams(nodes, rows, seen);
    await compareConnections(rows, seen);
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

/** A moment in which nothing has been sent for a while. */
async function quiet(): Promise<number> {
  for (;;) {
    const now = Date.now();
    await once(AbortSignal.timeout(2500), 'abort');
    const rows = await watch.rows();
    if (rows.every(({ at }) => at < now - 1000 || at > now + 1200)) return now + 100;
  }
}

async function compareDatagrams(
  nodes: readonly Node[],
  rows: readonly ShownRow[],
  seen: readonly Packet[],
): Promise<void> {
  let compared = 0;
  for (const from of nodes) {
    for (const to of nodes) {
      if (from === to) continue;
      const captured = seen
        .filter(
          (packet) => packet.via === 'udp' && packet.from === from.udp && packet.to === to.udp,
        )
        .map(({ payload }) => payload);
      const ours = rows.filter(
        ({ classes, spoken }) =>
          classes.includes('udp') && spoken.includes(`${from.name} to ${to.name}:`),
      );
      const shown: string[] = [];
      for (const row of ours) shown.push(await watch.bytesOf(row));
      expect(shown, `${from.name} to ${to.name}`).toEqual(captured);
      compared += shown.length;
    }
  }
  expect(compared).toBeGreaterThan(20);
  expect(seen.filter(({ via }) => via === 'udp')).toHaveLength(compared);
}

async function compareConnections(
  rows: readonly ShownRow[],
  seen: readonly Packet[],
): Promise<void> {
  const connections = new Set(rows.flatMap(({ connection }) => connection ?? []));
  expect(connections.size).toBeGreaterThanOrEqual(3);
  const opened = seen.filter(({ opens }) => opens).map(({ from }) => `127.0.0.1:${from}`);
  expect(new Set(opened)).toEqual(connections);
  for (const connection of connections) {
    const port = Number(connection.split(':')[1]);
    const packets = seen.filter(({ from, to }) => from === port || to === port);
    const captured = turns(
      packets.map(({ from, payload }) => ({ way: from === port ? 'in' : 'out', payload })),
    );
    const shown: { way: string; payload: string }[] = [];
    for (const row of rows.filter((row) => row.connection === connection)) {
      const { classes, spoken } = row;
      const way = classes.includes('request') ? 'in' : 'out';
      if (classes.includes('connect')) continue;
      const bytes = await watch.bytesOf(row);
      // Of data the page knows only the first bytes, and how many there were.
      const length = Number(/data, (\d+) B/.exec(spoken)?.[1] ?? bytes.length / 2);
      shown.push({ way, payload: bytes + '??'.repeat(length - bytes.length / 2) });
    }
    const expected = turns(shown);
    expect(captured.map(({ way, payload }) => [way, payload.length])).toEqual(
      expected.map(({ way, payload }) => [way, payload.length]),
    );
    for (const [index, { payload }] of expected.entries()) {
      const masked = captured[index]!.payload.replace(/../g, (byte, at: number) =>
        payload.startsWith('??', at) ? '??' : byte,
      );
      expect(payload).toBe(masked);
    }
  }
}

/** What went one way before something went the other. */
function turns(
  parts: readonly { readonly way: string; readonly payload: string }[],
): { way: string; payload: string }[] {
  const joined: { way: string; payload: string }[] = [];
  for (const { way, payload } of parts) {
    if (payload === '') continue;
    const last = joined.at(-1);
    if (last?.way === way) last.payload += payload;
    else joined.push({ way, payload });
  }
  return joined;
}
