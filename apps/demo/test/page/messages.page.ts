// The messages on the page: rounds, filters, and copied bytes.
import { describe, expect, it } from 'vitest';
import { noBrowser } from './tools.ts';
import { watched } from './watch.ts';

describe.skipIf(noBrowser)('the messages', () => {
  const watch = watched();
  const spoken = async (...classes: readonly string[]): Promise<string[]> =>
    (await watch.rows(...classes)).map(({ spoken }) => spoken.replace(/^[\d.]+ s, /, ''));

  it('A round of DISCOVERs is folded into one line, which unfolds', async () => {
    const { page } = watch;
    expect((await watch.rows('discover')).length).toBeGreaterThan(5);
    await page.click('#fold');
    const rounds = page.locator('#rows li.round');
    await expect.poll(() => rounds.count()).toBeGreaterThan(0);
    // Further messages arrive meanwhile: only those of one round are looked at.
    const shown = async (): Promise<number[]> =>
      (await watch.rows('discover')).map(({ id }) => id).filter((id) => ids.includes(id));
    const first = rounds.first();
    const ids = (await first.getAttribute('data-ids'))!.split(' ').map(Number);
    expect(ids.length).toBeGreaterThan(1);
    expect(await first.textContent()).toContain(`${ids.length} × DISCOVER`);
    await first.locator('.row').click();
    await expect.poll(shown).toEqual(ids);
    await first.locator('.row').click();
    await expect.poll(async () => (await shown()).length).toBeLessThan(ids.length);
    await page.click('#fold');
    await expect.poll(shown).toEqual(ids);
  });

  it('Messages are filtered by text, by node and by link', async () => {
    const { page } = watch;
    await page.fill('#filter-text', 'WHO HAS "HELLO-FROM-NODE2');
    await expect.poll(() => spoken()).toHaveLength(2);
    for (const row of await spoken()) expect(row).toMatch(/^node1 to node[23]: Get/);
    await page.fill('#filter-text', 'HELLO from node 2!');
    await expect.poll(() => spoken()).toEqual(['node2 to node1: data, 76 B']);
    await page.fill('#filter-text', 'nothing is like this');
    await page.waitForSelector('#empty:has-text("No message is like that.")');
    await page.fill('#filter-text', '');

    await page.selectOption('#filter-ends', 'node3');
    const ofNode = await spoken();
    expect(ofNode.some((row) => row.startsWith('node2 to node3'))).toBe(true);
    expect(ofNode.filter((row) => !row.includes('node3'))).toEqual([]);
    await page.selectOption('#filter-ends', 'node1–node2');
    const ofLink = await spoken();
    expect(ofLink.length).toBeGreaterThan(5);
    expect(ofLink.filter((row) => !/node1.*node2|node2.*node1/.test(row))).toEqual([]);
    await page.selectOption('#filter-ends', '');
  });

  it('Only the messages of one request are shown when it is followed', async () => {
    const { page } = watch;
    await watch.get('node1', 'hello-from-node3.txt');
    await watch.downloaded('node1', 'hello-from-node3.txt');
    const request = page.locator('#rows li.request', { hasText: 'data of "hello-from-node3' });
    await request.locator('.row').click();
    await page.click('text=Follow this get');
    await page.waitForSelector('#following:has-text("hello-from-node3.txt")');
    await expect
      .poll(() => spoken('tcp'))
      .toEqual([
        'node1 to node3: connect, a TCP connection',
        'node1 to node3: request, manifest of "hello-from-node3.txt"',
        'node3 to node1: answer, 32 bytes',
        'node3 to node1: data, 32 B',
        'node1 to node3: request, data of "hello-from-node3.txt", bytes 0 to 75',
        'node3 to node1: answer, 76 bytes from 0',
        'node3 to node1: data, 76 B',
      ]);
    await expect
      .poll(async () => (await spoken('udp')).sort())
      .toEqual([
        'node1 to node2: Get, who has "hello-from-node3.txt"?',
        'node1 to node3: Get, who has "hello-from-node3.txt"?',
        'node2 to node1: File, I do not have it',
        expect.stringMatching(/^node3 to node1: File, fetch it from port \d+$/),
      ]);
    const rows = await spoken();
    expect(await page.locator('#filter-text').isDisabled()).toBe(true);
    await page.click('#unfollow');
    await expect.poll(async () => (await spoken()).length).toBeGreaterThan(rows.length);
    await request.locator('.row').click();
  });

  it('Bytes are copied as hexadecimal digits', async () => {
    const { page } = watch;
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const [get] = await watch.rows('get');
    const bytes = await watch.bytesOf(get!);
    await page.click(`#rows li[data-row="${get!.id}"] .row`);
    await page.click('text=Copy as hex');
    await page.waitForSelector('.copy:has-text("Copied")');
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(bytes);
  });
});
