// The tour of the page, from its first step to its last.
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { noBrowser } from './tools.ts';
import { watched } from './watch.ts';

const watch = watched();

interface Opened {
  /** The rows that were opened, with the step of the tour that opened each. */
  readonly rows: readonly {
    readonly title: string;
    readonly kind: string;
    readonly fate: string;
    readonly spoken: string;
  }[];
  /** What the tour said of what was happening. */
  readonly words: readonly string[];
}

/** Notes from now on what the tour opens and says; what is returned reads it. */
async function noteOpened(page: Page): Promise<() => Promise<Opened>> {
  const handle = await page.evaluateHandle(() => {
    const rows = new Map<string, Opened['rows'][number]>();
    const words = new Set<string>();
    const look = (): void => {
      words.add(document.getElementById('tour-words')!.textContent);
      const item = document.querySelector('#rows .row[aria-expanded="true"]')?.closest('li');
      const title = document.querySelector('#tour-body h3')?.lastChild?.textContent ?? '';
      if (!item) return;
      const [kind = '', , fate = ''] = item.className.split(' ');
      const spoken = item.querySelector('.hidden')!.textContent;
      const key = `${item.dataset.row} ${fate}`;
      if (!rows.has(key)) rows.set(key, { title, kind, fate, spoken });
    };
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
    return { rows, words };
  });
  return () =>
    handle.evaluate(({ rows, words }) => ({ rows: [...rows.values()], words: [...words] }));
}

it.skipIf(noBrowser)(
  'The tour leads through both flows to the end, with each step on real nodes',
  async () => {
    const { page } = watch;
    const opened = await noteOpened(page);
    await page.click('text=Start the tour');
    const titles: string[] = [];
    const button = page.locator('#tour-body button').first();
    for (;;) {
      titles.push((await page.textContent('#tour-body h3'))!.replace(/^\d+ of \d+/, ''));
      if (/Next|Finish/.test((await button.textContent())!)) {
        // Each step opens the message that it speaks of.
        await page.waitForSelector('#rows .row[aria-expanded="true"]');
      } else if ((await button.textContent()) === 'Start over') {
        break;
      } else {
        await button.click();
        await page.waitForSelector('#tour-body[data-phase="done"]');
        continue;
      }
      await button.click();
    }
    expect([...new Set(titles)]).toEqual([
      'A stranger says who it knows',
      'The answer names the others',
      'Who has this file?',
      'I have it',
      'The file comes over TCP',
      'The old way: ten seconds',
      'A header of 74 bytes',
      'A link breaks',
      'Sealed: the same, unreadable',
      'That is all there is',
    ]);
    const late = (await watch.rows('file')).filter(({ spoken }) =>
      /after [1-9]\d\.\d s/.test(spoken),
    );
    expect(late.map(({ spoken }) => spoken)).toEqual([
      expect.stringMatching(/node3 to node1: File, fetch it from port \d+, after [1-9]\d\.\d s$/),
    ]);
    const lost = await watch.rows('get', 'lost');
    expect(lost.length).toBeGreaterThanOrEqual(2);
    expect((await watch.rows('header')).map(({ spoken }) => spoken)).toEqual([
      expect.stringContaining('node3 to node1: header, 76 bytes of "hello-from-node3.txt"'),
    ]);
    await expect.poll(() => page.textContent('#downloads')).not.toContain('asking');

    const { rows, words } = await opened();
    // The old way: the Get of version 1, and at the end the File that answers it, ten seconds later.
    const old = rows.filter(({ title }) => title === 'The old way: ten seconds');
    expect(old[0]!.spoken).toMatch(/node1 to node3: Get, who has "hello-from-node3.txt"\?$/);
    expect(old.at(-1)!.spoken).toMatch(/node3 to node1: File, fetch it .*, after 1\d\.\d s$/);
    const counted = words.flatMap(
      (text) => /^node3 answers after 10 s: (\d+)/.exec(text)?.[1] ?? [],
    );
    expect(new Set(counted).size).toBeGreaterThan(5);
    // A link breaks: the Get that is lost, the retry, the one that arrives, and its answer.
    const broken = rows.filter(({ title, fate }) => title === 'A link breaks' && fate !== 'sent');
    // A slow machine may heal the link only after a further retry was lost.
    expect(broken.map(({ kind, fate }) => `${kind} ${fate}`).join()).toMatch(
      /^(get lost,){2,}get received,file received$/,
    );
    expect(broken.at(-1)!.spoken).toContain('node3 to node1: File, fetch it');
    // A slow machine may heal the link only when the next retry is due.
    expect(words).toContainEqual(
      expect.stringMatching(/asks once more (?:after [\d.]+ s: \d|any moment now)/),
    );
    expect(await page.locator('.link.cut').count()).toBe(0);
    // Sealed: the Get that the page has opened.
    const [sealed, ...others] = rows.filter(
      ({ title }) => title === 'Sealed: the same, unreadable',
    );
    expect(sealed!.spoken).toMatch(
      /node1 to node3: Get, who has "hello-from-node3.txt"\?, sealed$/,
    );
    expect(others).toEqual([]);
    expect(await page.locator('.node.running.sealed').count()).toBe(4);
  },
);
