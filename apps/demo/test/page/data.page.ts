// The data of a download on the page.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bigFileContent } from '../../src/big-file.ts';
import { noBrowser } from './tools.ts';
import { watched } from './watch.ts';

describe.skipIf(noBrowser)('data', () => {
  const watch = watched();

  it('Data opens to its first bytes and their place in the file', async () => {
    const { page } = watch;
    const [manifest, data] = await watch.rows('data');
    const file = await readFile(join(watch.run.home, 'node2', 'hello-from-node2.txt'));
    expect(await watch.bytesOf(data!)).toBe(file.toString('hex'));
    await page.click(`#rows li[data-row="${data!.id}"] .row`);
    expect(await page.textContent('.place')).toBe(
      'All 76 bytes, from byte 0 of "hello-from-node2.txt":',
    );
    expect(await page.locator('.offset').allTextContents()).toEqual(
      Array.from({ length: 10 }, (_, line) => String(line * 8)),
    );
    await page.click(`#rows li[data-row="${manifest!.id}"] .row`);
    expect(await page.textContent('.place')).toBe(
      'All 32 bytes, from byte 0 of the manifest of "hello-from-node2.txt":',
    );
  });

  it('The page shows beside a node how much of a big file has arrived, and the place of each part', async () => {
    const { page } = watch;
    await page.click('#share');
    await page.click('#slow');
    await page.waitForSelector('#slow:has-text("Full speed")');
    await watch.get('node1', 'big-file.bin');
    const progress = page.locator('[id="choose-node1"] .progress');
    await expect.poll(() => progress.textContent()).toMatch(/^[1-9]\d* % of big-file\.bin$/);
    await page.click('#slow');
    await watch.downloaded('node1', 'big-file.bin');
    await expect.poll(() => progress.count()).toBe(0);

    const content = Buffer.from(bigFileContent().buffer);
    const parts = (await watch.rows('data')).filter(({ spoken }) => spoken.includes('MiB'));
    const places = new Set<number>();
    for (const part of parts) {
      const head = await watch.bytesOf(part);
      await page.click(`#rows li[data-row="${part.id}"] .row`);
      const place = await page.textContent('.place');
      await page.click(`#rows li[data-row="${part.id}"] .row`);
      const [, length, offset] = /^The first (\d+) of \d+ bytes, from byte (\d+) of "big/
        .exec(place!)!
        .map(Number) as [number, number, number];
      expect(length).toBe(256);
      expect(head).toBe(content.toString('hex', offset, offset + length));
      places.add(offset);
    }
    expect(places.size).toBeGreaterThan(1);
  });
});
