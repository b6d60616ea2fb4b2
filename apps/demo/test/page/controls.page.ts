// The controls of the page, used in a browser.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { noBrowser } from './tools.ts';
import { watched } from './watch.ts';

describe.skipIf(noBrowser)('the page', () => {
  const watch = watched();

  it('The page shows a download from the request to the last byte', async () => {
    await watch.get('node1', 'hello-from-node3.txt');
    await watch.downloaded('node1', 'hello-from-node3.txt');
    // The page had the first download when it was opened.
    await watch.page.locator('#rows li.data:has-text("76 B")').nth(1).waitFor();
    const [request] = await watch.rows('get');
    expect(request!.spoken).toMatch(/node1 to node[23]: Get, who has "hello-from-node2.txt"\?$/);
    expect(Buffer.from(await watch.bytesOf(request!), 'hex').toString()).toMatch(
      /^Get,hello-from-node2\.txt\n\{"v":2,"req":"[0-9a-f]{16}"\}\n$/,
    );
  });

  it('A node gets a big file from two nodes, one of which is killed meanwhile', async () => {
    const { page } = watch;
    await page.click('#share');
    await page.click('#slow');
    await page.waitForSelector('#slow:has-text("Full speed")');
    await watch.get('node1', 'big-file.bin');
    const progress = page.locator('#downloads li.receiving progress').first();
    await expect
      .poll(() => progress.evaluate((bar: HTMLProgressElement) => bar.value))
      .toBeGreaterThan(2 ** 21);
    await watch.choose('node3');
    await page.click('#kill');
    await page.waitForSelector('.node.killed[id="choose-node3"]');
    expect(await page.locator('#downloads li.done:has-text("big-file")').count()).toBe(0);
    await page.click('#slow');
    await watch.downloaded('node1', 'big-file.bin');
    const requests = (await watch.rows('request')).filter(({ spoken }) => spoken.includes('big'));
    for (const node of ['node2', 'node3']) {
      expect(requests.some(({ spoken }) => spoken.includes(`to ${node}`))).toBe(true);
    }
    await page.click('#start');
    await page.waitForSelector('.node.running[id="choose-node3"]');
  }, 90_000);

  it('A link that is cut lets nothing arrive until it is restored', async () => {
    const { page } = watch;
    await watch.choose('node1–node3');
    await page.click('#cut');
    await page.waitForSelector('.link.cut');
    await writeFile(join(watch.run.home, 'node3', 'only here.txt'), 'hello');
    await watch.get('node1', 'only here.txt');
    await page.waitForSelector('#rows li.get.lost:has-text("only here.txt")');
    expect(
      await page.locator('#rows li.file:has-text("fetch it")').last().textContent(),
    ).not.toContain('only here');
    await page.waitForSelector('#downloads li.searching');
    await watch.choose('node1–node3');
    await page.click('#heal');
    await watch.downloaded('node1', 'only here.txt');
    expect(await page.locator('.link.cut').count()).toBe(0);
  });

  it('A link loses the share of datagrams that was set', async () => {
    const { page } = watch;
    const before = (await watch.rows('lost')).length;
    await watch.choose('node1–node2');
    await page.locator('#loss').fill('100');
    await page.waitForSelector('.link.lossy:has-text("100 %")');
    await watch.get('node1', 'nobody has this.txt');
    await expect.poll(async () => (await watch.rows('lost')).length).toBeGreaterThan(before + 1);
    await page.click('text=Give up');
    await page.waitForSelector('#downloads li.failed:has-text("Cancelled")');
    await watch.choose('node1–node2');
    await page.locator('#loss').fill('0');
    await page.waitForSelector('.link.whole[id="choose-node1–node2"]');
  });

  it('The page shows names from the network as text', async () => {
    const { page } = watch;
    const name = '<img src=x onerror=document.title=1>.txt';
    await writeFile(join(watch.run.home, 'node2', name), 'hello');
    await watch.get('node1', name);
    await watch.downloaded('node1', '<img src=x');
    expect(await page.locator('#rows img').count()).toBe(0);
    expect(await page.locator('#downloads code').first().textContent()).toBe(name);
    expect(await page.title()).toBe('Peerlane: the wire, live');
  });

  it('A node that is added is in the cluster within a moment', async () => {
    const { page } = watch;
    await page.click('#add');
    await page.waitForSelector('.node.running[id="choose-node4"]');
    await watch.choose('node4');
    await page.waitForSelector('#selection dd:has-text("node1, node2, node3")');
  });

  it('The page can be used with the keyboard alone, message by message', async () => {
    const { page } = watch;
    await page.locator('#diagram').focus();
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    const opened = page.locator('#rows .row[aria-expanded="true"]');
    expect(await opened.count()).toBe(1);
    await page.keyboard.press('Enter');
    expect(await opened.count()).toBe(0);
    const landmarks = ['banner', 'main', 'contentinfo'] as const;
    for (const role of landmarks) expect(await page.getByRole(role).count()).toBe(1);
    for (const name of ['Guided tour', 'The nodes', 'Downloads', 'The messages']) {
      expect(await page.getByRole('region', { name }).count(), name).toBe(1);
    }
  });
});
