// The shown time of the page: pause, steps, slow motion and countdowns.
import { describe, expect, it } from 'vitest';
import { noBrowser } from './tools.ts';
import { watched } from './watch.ts';

describe.skipIf(noBrowser)('the time that is shown', () => {
  const watch = watched();
  const ids = async (): Promise<number[]> => (await watch.rows()).map(({ id }) => id);

  it('The page pauses while the nodes go on, goes on step by step, and is live again', async () => {
    const { page } = watch;
    expect(await page.textContent('#time-status')).toBe('Live');
    for (const id of ['time-step', 'time-live']) {
      expect(await page.locator(`#${id}`).isDisabled()).toBe(true);
    }
    await page.click('#time-pause');
    await page.waitForSelector('#time-status:text-matches("^Paused, .* behind$")');
    const before = await ids();
    await watch.get('node1', 'hello-from-node3.txt');
    // The controls and the downloads are of the present.
    await watch.downloaded('node1', 'hello-from-node3.txt');
    await page.waitForSelector('#time-step:enabled');
    expect(await ids()).toEqual(before);
    await page.click('#time-step');
    await expect.poll(async () => (await ids()).length).toBe(before.length + 1);
    await page.click('#time-back');
    await expect.poll(ids).toEqual(before);
    await page.click('#time-live');
    await page.waitForSelector('#rows li.get:has-text("hello-from-node3")');
    expect(await page.textContent('#time-status')).toBe('Live');
    expect(await page.locator('#time-live').isDisabled()).toBe(true);
  });

  it('The page goes back to before the first message, with its picture', async () => {
    const { page } = watch;
    await watch.choose('node1–node2');
    await page.click('#cut');
    await page.waitForSelector('.link.cut');
    const all = await ids();
    await page.locator('#time-slider').press('Home');
    await page.waitForSelector('#time-status:text-matches("^Paused")');
    await expect.poll(async () => (await ids()).length).toBeLessThan(3);
    expect(await page.locator('.link.cut').count()).toBe(0);
    expect(await page.locator('#heal').count()).toBe(1);
    await page.click('#time-pause');
    await page.waitForSelector('#time-status:text-matches("^\\\\d.* behind$")');
    await expect.poll(async () => (await ids()).length).toBeGreaterThanOrEqual(all.length);
    await page.click('#time-live');
    await page.waitForSelector('.link.cut');
    await page.click('#heal');
    await page.waitForSelector('.link.cut', { state: 'detached' });
  });

  it('The page goes on in slow motion', async () => {
    const { page } = watch;
    await page.locator('#time-slider').press('Home');
    const few = (await ids()).length;
    await page.click('#time-slow');
    await page.waitForSelector('#time-slow[aria-pressed="true"]');
    await page.waitForSelector('#time-status:text-matches("^Slow, .* behind$")');
    await expect.poll(async () => (await ids()).length).toBeGreaterThan(few);
    await page.click('#time-live');
  });

  it('The page counts down to the next DISCOVER, to a retry and to a delayed answer', async () => {
    const { page } = watch;
    const label = (kind: string, place: string): string => `.timer.${kind}[data-place="${place}"]`;
    await page.waitForSelector(`${label('discover', 'node1')}:text-matches("in \\\\d+ s")`);
    await watch.choose('node1–node3');
    await page.click('#cut');
    await page.waitForSelector('.link.cut');
    await watch.get('node1', 'hello-from-node3.txt');
    const retry = `${label('retry', 'node1–node3')}:text-matches("node1 asks again in [1-3]\\\\.")`;
    await page.waitForSelector(retry);
    const before = (await watch.rows('get')).length;
    await expect.poll(async () => (await watch.rows('get')).length).toBeGreaterThan(before);
    await watch.choose('node1–node3');
    await page.click('#heal');
    await watch.downloaded('node1', 'hello-from-node3.txt');
    await page.waitForSelector('.timer.retry', { state: 'detached' });

    await watch.choose('node1');
    await page.click('#version');
    await page.waitForSelector('.node.running.v1');
    await watch.get('node1', 'hello-from-node2.txt');
    const answer = `${label('answer', 'node1–node2')}:text-matches("node2 answers in \\\\d\\\\.")`;
    await page.waitForSelector(answer);
    await page.waitForSelector('#rows li.file:has-text("after 10")');
    await page.waitForSelector('.timer.answer', { state: 'detached' });
  });
});
