// Makes the pictures of the README: `pnpm --filter @peerlane/demo screenshots`, after a build.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { chromium } from 'playwright-core';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const home = join(import.meta.dirname, '..');
const pictures = join(home, '..', '..', 'docs', 'images');
const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'];

/** Starts the demo and its page, runs something there, and makes a picture. */
async function picture(name, options, happen) {
  const demo = spawn(process.execPath, [join(home, 'dist', 'main.js'), '--stay'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const browser = await chromium.launch({ executablePath, args });
  try {
    let said = '';
    demo.stdout.setEncoding('utf8').on('data', (text) => (said += text));
    while (!said.includes('byte for byte')) await once(demo.stdout, 'data');
    const page = await browser.newPage(options);
    await page.goto(/http:\S+/.exec(said)[0]);
    await page.waitForSelector('#rows li.data');
    await happen(page);
    await page.evaluate('window.scrollTo(0, 0)');
    await page.screenshot({ path: join(pictures, `${name}.png`), animations: 'allow' });
  } finally {
    await browser.close();
    demo.kill('SIGTERM');
    await once(demo, 'exit');
  }
}

/** Goes through the tour up to a step, and shows it. */
async function tourTo(page, step) {
  await page.click('text=Start the tour');
  const button = page.locator('#tour-body button').first();
  for (let at = 1; ; at += 1) {
    if ((await button.textContent()) !== 'Next') {
      await button.click();
      await page.waitForSelector('#tour-body[data-phase="done"]', { timeout: 60_000 });
    }
    await page.waitForSelector('#rows .row[aria-expanded="true"]');
    if (at === step) return;
    await button.click();
  }
}

mkdirSync(pictures, { recursive: true });
await picture('demo-offer', { viewport: { width: 1280, height: 860 } }, async (page) => {
  await tourTo(page, 4);
});
const dark = { viewport: { width: 1280, height: 1060 }, colorScheme: 'dark' };
await picture('demo-killed', dark, async (page) => {
  await page.click('#share');
  await page.click('#slow');
  await page.waitForSelector('#slow:has-text("Full speed")');
  await page.fill('#filename', 'big-file.bin');
  await page.click('#get');
  const progress = page.locator('#downloads progress').first();
  while ((await progress.evaluate(({ value }) => value)) < 14e6) await page.waitForTimeout(20);
  await page.focus('#choose-node3');
  await page.keyboard.press('Enter');
  await page.click('#kill');
  await page.waitForSelector('#rows li.note');
  await page.waitForTimeout(700);
});
