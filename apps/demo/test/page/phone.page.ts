// The page on the narrow screen of a phone.
import { describe, expect, it } from 'vitest';
import { noBrowser } from './tools.ts';
import { watched } from './watch.ts';

/** What a finger or an eye looks for: controls, and words that stand alone. */
const parts =
  'header h1, #connection, button, input, select, output, #lanes, h3, p:not(footer *), dd, svg .hit';

describe.skipIf(noBrowser)('on a phone', () => {
  const watch = watched();

  /** Everything that is cut off, covered or laid over something else. */
  const faults = (): Promise<string[]> =>
    watch.page.evaluate((selector) => {
      const found: string[] = [];
      const { scrollWidth } = document.documentElement;
      if (scrollWidth > innerWidth) found.push(`the page is ${scrollWidth} px wide`);
      const nameOf = (element: Element): string =>
        `${element.tagName} ${element.id} ${element.textContent.slice(0, 30)}`;
      /** What of an element can be seen, with what scrolls or is cut off left out. */
      const seen = (element: Element): DOMRect | undefined => {
        let { left, top, right, bottom } = element.getBoundingClientRect();
        for (let box = element.parentElement; box; box = box.parentElement) {
          if (getComputedStyle(box).overflowY === 'visible') continue;
          const bounds = box.getBoundingClientRect();
          [left, top] = [Math.max(left, bounds.left), Math.max(top, bounds.top)];
          [right, bottom] = [Math.min(right, bounds.right), Math.min(bottom, bounds.bottom)];
        }
        const isSeen = element.checkVisibility() && right - left > 4 && bottom - top > 4;
        return isSeen ? new DOMRect(left, top, right - left, bottom - top) : undefined;
      };
      const shown = [...document.querySelectorAll(selector)].flatMap((element) => {
        const box = element.closest('#rows, svg .link') ? undefined : seen(element);
        return box ? [{ element, box }] : [];
      });
      for (const [index, { element, box }] of shown.entries()) {
        if (box.left < 0 || box.right > innerWidth + 0.5) found.push(`outside: ${nameOf(element)}`);
        if (box.bottom > innerHeight + 0.5) found.push(`below the screen: ${nameOf(element)}`);
        const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
        const isFree = top && (element.contains(top) || top.contains(element));
        if (!isFree && !element.closest('svg')) {
          found.push(`covered: ${nameOf(element)} by ${top && nameOf(top)}`);
        }
        for (const other of shown.slice(index + 1)) {
          if (element.contains(other.element) || other.element.contains(element)) continue;
          const width = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
          const height = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
          if (width < 1 || height < 1) continue;
          found.push(`overlap: ${nameOf(element)} and ${nameOf(other.element)}`);
        }
      }
      return found;
    }, parts);

  it('A phone shows cause and effect on one screen', async () => {
    const { page } = watch;
    await page.setViewportSize({ width: 390, height: 844 });
    await page.click('#panel-nodes');
    await watch.get('node1', 'hello-from-node3.txt');
    const effect = page.locator('#rows li.data').last();
    await page.waitForSelector('#rows li.get:has-text("hello-from-node3")');
    await expect
      .poll(async () => {
        const boxes = await Promise.all(
          ['#choose-node1', '#get'].map((selector) => page.locator(selector).boundingBox()),
        );
        const all = [...boxes, await effect.boundingBox()];
        return all.every((box) => box && box.y >= 0 && box.y + box.height <= 844);
      })
      .toBe(true);
  });

  it.each([
    [390, 844],
    [360, 640],
    [1280, 1500],
  ])('cuts nothing off and covers nothing, %i by %i pixels', async (width, height) => {
    const { page } = watch;
    await page.setViewportSize({ width, height });
    const isNarrow = width < 960;
    for (const panel of isNarrow ? ['tour', 'nodes', 'downloads'] : ['']) {
      if (panel !== '') await page.click(`#panel-${panel}`);
      expect(await faults(), panel).toEqual([]);
    }
    if (isNarrow) await page.click('#show-filters');
    expect(await faults(), 'filters').toEqual([]);
    if (isNarrow) await page.click('#show-filters');
    const row = page.locator('#rows li.get .row').first();
    await row.click();
    await page.waitForSelector('.inspector');
    expect(await faults(), 'a message that is open').toEqual([]);
    const { scrollWidth, clientWidth } = await page
      .locator('#diagram')
      .evaluate(({ scrollWidth, clientWidth }) => ({ scrollWidth, clientWidth }));
    expect(scrollWidth).toBe(clientWidth);
    await row.click();
  });

  it('A sealed message, its seal and the opened message are not cut off either', async () => {
    const { page } = watch;
    await page.setViewportSize({ width: 390, height: 844 });
    await page.click('#panel-nodes');
    await page.click('#seal');
    await page.waitForSelector('#seal:has-text("Open the cluster")');
    await watch.get('node2', 'hello-from-node1.txt');
    await page.waitForSelector('#rows li.data .lock');
    expect(await faults(), 'sealed nodes').toEqual([]);
    const item = page.locator('#rows li.get', { has: page.locator('.lock') }).first();
    await item.locator('.row').click();
    await expect.poll(() => item.locator('.bytes').count()).toBe(2);
    for (const [width, height] of [
      [390, 844],
      [360, 640],
      [1280, 1500],
    ] as const) {
      await page.setViewportSize({ width, height });
      for (const place of ['.place', '.copy']) {
        await item.locator(place).last().scrollIntoViewIfNeeded();
        expect(await faults(), `${place} at ${width} by ${height}`).toEqual([]);
      }
      const { scrollWidth, clientWidth } = await page
        .locator('#diagram')
        .evaluate(({ scrollWidth, clientWidth }) => ({ scrollWidth, clientWidth }));
      expect(scrollWidth).toBe(clientWidth);
    }
    await item.locator('.row').click();
    await page.click('#seal');
    await page.waitForSelector('#seal:has-text("Seal the cluster")');
  });

  it('Buttons that can do nothing are disabled', async () => {
    const { page } = watch;
    await page.setViewportSize({ width: 1280, height: 900 });
    const isDisabled = (id: string): Promise<boolean> => page.locator(`#${id}`).isDisabled();
    await watch.choose('node1');
    await page.fill('#filename', '');
    expect(await isDisabled('get')).toBe(true);
    await page.fill('#filename', 'a');
    expect(await isDisabled('get')).toBe(false);
    expect(await isDisabled('share')).toBe(false);
    await page.click('#share');
    await page.waitForSelector('#share:disabled');
    await watch.choose('node1–node2');
    expect(await isDisabled('loss')).toBe(false);
    await page.click('#cut');
    await page.waitForSelector('#loss:disabled');
    await page.click('#heal');
    await page.waitForSelector('#loss:enabled');
    await page.locator('#diagram').evaluate((diagram) => {
      diagram.scrollTop = 0;
    });
    await page.waitForSelector('#newest:enabled');
    await page.click('#newest');
    await page.waitForSelector('#newest:disabled');
    for (let node = 4; node <= 8; node += 1) {
      await page.click('#add:enabled');
      await page.waitForSelector(`.node.running[id="choose-node${node}"]`);
    }
    await page.waitForSelector('#add:disabled');
    await watch.end();
    await page.waitForSelector('#connection.ended');
    for (const id of ['add', 'share', 'slow', 'seal', 'cut', 'loss']) {
      expect(await isDisabled(id), id).toBe(true);
    }
    expect(await page.locator('text=Start the tour').isDisabled()).toBe(true);
    // What has been recorded can still be looked at.
    expect(await isDisabled('time-back')).toBe(false);
  });
});
