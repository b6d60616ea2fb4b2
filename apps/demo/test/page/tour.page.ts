import { expect, it } from 'vitest';
import { noBrowser } from './tools.ts';
import { watched } from './watch.ts';

const watch = watched();

it.skipIf(noBrowser)('leads through both flows to the end, each step for real', async () => {
  const { page } = watch;
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
});
