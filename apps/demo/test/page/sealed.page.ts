// A sealed cluster on the page: what crosses the wire, and what the page opens.
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { readPackets } from './capture.ts';
import { noBrowser, noCapture } from './tools.ts';
import { watched, type ShownRow } from './watch.ts';

interface Exported {
  readonly via: string;
  readonly seal?: string;
  readonly bytes?: string;
  readonly opened?: string;
  readonly fields?: readonly { readonly name: string; readonly text: string }[];
  readonly sealFields?: readonly { readonly name: string; readonly text: string }[];
}

const textOf = (hex: string): string => Buffer.from(hex, 'hex').toString();

describe.skipIf(noBrowser)('a sealed cluster', () => {
  const watch = watched();
  /** The rows of one sort that have come since the cluster was sealed. */
  const sealed = async (...classes: readonly string[]): Promise<ShownRow[]> =>
    (await watch.rows(...classes)).filter(({ spoken }) => spoken.includes(', sealed'));
  const save = async (button: string): Promise<string> => {
    const downloading = watch.page.waitForEvent('download');
    await watch.page.click(button);
    return (await downloading).path();
  };

  it('A button seals all nodes, and the same messages cross the wire, unreadable', async () => {
    const { page } = watch;
    expect(await sealed()).toEqual([]);
    await page.click('#seal:has-text("Seal the cluster")');
    await page.waitForSelector('#seal:has-text("Open the cluster")');
    await expect.poll(() => page.locator('.node.running.sealed').count()).toBe(3);
    await watch.get('node1', 'hello-from-node3.txt');
    await watch.downloaded('node1', 'hello-from-node3.txt');
    await expect.poll(async () => (await sealed('data')).length).toBe(2);
    for (const kind of ['discover', 'get', 'file', 'connect', 'request', 'answer', 'data'])
      expect((await sealed(kind)).length, kind).toBeGreaterThan(0);
    const [get] = await sealed('get');
    expect(get!.spoken).toMatch(/: Get, who has "hello-from-node3.txt"\?, sealed$/);
    expect(await page.locator(`li[data-row="${get!.id}"] .lock`).count()).toBe(1);
    const bytes = await watch.bytesOf(get!);
    expect(bytes).toMatch(/^01/);
    expect(textOf(bytes)).not.toContain('hello');
    const message = await watch.openedOf(get!);
    expect(bytes).toHaveLength(message.length + 2 * 45);
    expect(textOf(message)).toMatch(
      /^Get,hello-from-node3\.txt\n\{"v":2,"req":"[0-9a-f]{16}"\}\n$/,
    );
  });

  it('A sealed datagram is shown by the fields of its seal, with the opened message below', async () => {
    const { page } = watch;
    const [get] = await sealed('get');
    const bytes = await watch.bytesOf(get!);
    const item = page.locator(`li[data-row="${get!.id}"]`);
    await item.locator('.row').click();
    const cells = async (table: number): Promise<string[][]> =>
      item
        .locator('table')
        .nth(table)
        .locator('tbody tr')
        .evaluateAll((rows) =>
          rows.map((row) => [...row.children].slice(0, 3).map(({ textContent }) => textContent)),
        );
    const counter = String(BigInt(`0x${bytes.slice(42, 58)}`));
    const length = bytes.length / 2;
    expect(await cells(0)).toEqual([
      ['version', '0', '01'],
      ['key id', '1–4', bytes.slice(2, 10)],
      ['salt', '5–20', bytes.slice(10, 42)],
      ['counter', '21–28', counter],
      ['ciphertext', `29–${length - 17}`, `${length - 45} bytes`],
      ['tag', `${length - 16}–${length - 1}`, bytes.slice(-32)],
    ]);
    expect((await cells(1)).slice(0, 2)).toEqual([
      ['type', '0–2', 'Get'],
      ['file name', '4–23', 'hello-from-node3.txt'],
    ]);
    expect(await item.locator('.place').allTextContents()).toEqual([
      `On the wire, ${length} bytes:`,
      `Opened with the key that this page holds, ${length - 45} bytes:`,
    ]);
    await item.locator('.row').click();
  });

  it('What crosses TCP says that TLS 1.3 seals it, and is shown as the node saw it', async () => {
    const { page } = watch;
    const factsOf = async ({ id }: ShownRow): Promise<string> => {
      const item = page.locator(`li[data-row="${id}"]`);
      await item.locator('.row').click();
      const facts = await item.locator('.inspector .hint').textContent();
      await item.locator('.row').click();
      return facts!;
    };
    const [connect] = await sealed('connect');
    expect(await factsOf(connect!)).toContain('TLS 1.3 seals it');
    const [request] = await sealed('request');
    expect(await factsOf(request!)).toContain('sealed by TLS 1.3, and shown as the node saw it');
    expect(textOf(await watch.bytesOf(request!))).toMatch(/^\{"v":2,"want":"manifest"/);
    const [data] = await sealed('data');
    expect(await factsOf(data!)).toContain('sealed by TLS 1.3, and its bytes are not shown');
    expect(await watch.bytesOf(data!)).toBe('');
  });

  it('A sealed cluster is exported as it crossed the wire, and in the JSON with what was opened', async () => {
    const { page } = watch;
    await page.click('#time-pause');
    const rows = await watch.rows('udp');
    const all = JSON.parse(await readFile(await save('#export-json'), 'utf8')) as Exported[];
    const datagrams = all.filter(({ via }) => via === 'udp');
    expect(datagrams).toHaveLength(rows.length);
    let count = 0;
    for (const [index, { seal, bytes, opened, fields, sealFields }] of datagrams.entries()) {
      const row = rows[index]!;
      expect(bytes).toBe(await watch.bytesOf(row));
      expect(opened ?? '').toBe(await watch.openedOf(row));
      expect(seal).toBe(row.spoken.includes(', sealed') ? 'datagram' : undefined);
      if (seal === undefined) continue;
      count += 1;
      expect(sealFields?.map(({ name }) => name).at(-1)).toBe('tag');
      expect(fields![0]!.name).toBe('type');
    }
    expect(count).toBeGreaterThan(10);
    expect(all.filter(({ seal }) => seal === 'tls').length).toBeGreaterThan(3);
    if (noCapture === false) {
      const packets = readPackets(await save('#export-pcap'));
      expect(packets.map(({ payload }) => payload)).toEqual(datagrams.map(({ bytes }) => bytes));
    }
    await page.click('#time-live');
  });

  it('The page that is opened later opens what was sealed before', async () => {
    const { page } = watch;
    await page.reload();
    await page.waitForSelector('#rows li.data .lock');
    await page.click('#fold');
    await expect.poll(async () => (await sealed('get')).length).toBeGreaterThan(0);
    expect(await page.locator('#rows li.unknown').count()).toBe(0);
  });

  it('An open node beside sealed ones is refused, and gets nothing', async () => {
    const { page } = watch;
    await watch.choose('node2');
    await page.click('#seal-node:has-text("Open node2")');
    await page.waitForSelector('.node.running:not(.sealed)[id="choose-node2"]');
    await page.waitForSelector('#selection dd:has-text("open: all can read it")');
    await watch.get('node2', 'hello-from-node1.txt');
    await page.waitForSelector('#rows li.refused');
    const [refused] = await watch.rows('refused');
    expect(refused!.spoken).toMatch(/node2 to node[13]: .*, refused$/);
    await page.waitForSelector('#rows li.get.refused:has-text("hello-from-node1")');
    expect(await page.locator('#downloads li:first-child').getAttribute('class')).toBe('searching');
    await page.click('text=Give up');
    await page.waitForSelector('#downloads li.failed:has-text("Cancelled")');
    await page.waitForSelector('#rows li.note:has-text("was a member and now uses no key")');
  });

  it('The button opens the cluster again, and a node that is open can speak version 1', async () => {
    const { page } = watch;
    await watch.choose('node1');
    await expect.poll(() => page.locator('#version').count()).toBe(0);
    // With one node open the button seals all.
    await page.click('#seal:has-text("Seal the cluster")');
    await page.click('#seal:has-text("Open the cluster")');
    await page.waitForSelector('#seal:has-text("Seal the cluster")');
    expect(await page.locator('.node.running.sealed').count()).toBe(0);
    const open = async (): Promise<ShownRow[]> =>
      (await watch.rows('data')).filter(({ spoken }) => !spoken.includes('sealed'));
    const before = (await open()).length;
    await watch.get('node2', 'hello-from-node1.txt');
    await watch.downloaded('node2', 'hello-from-node1.txt');
    // The data of a moment are reported together, after the lines before them: of the manifest, and of the file.
    await expect.poll(async () => (await open()).length).toBe(before + 2);
    const [answer] = (await open()).slice(-1);
    expect(await watch.bytesOf(answer!)).not.toBe('');
    await watch.choose('node1');
    await page.click('#version');
    await page.waitForSelector('.node.running.v1');
  });
});
