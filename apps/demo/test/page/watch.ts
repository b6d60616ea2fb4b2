// Opens the page of a running demo in a browser, for its tests.
import { chromium as playwright, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { Run } from '../run.ts';
import { chromium, noBrowser } from './tools.ts';

const options = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

/** A row of the diagram, as the page shows it. */
export interface ShownRow {
  readonly id: number;
  /** In milliseconds since 1970 began. */
  readonly at: number;
  readonly classes: readonly string[];
  readonly connection: string | undefined;
  /** What is said of it: the name of each end, and what it is. */
  readonly spoken: string;
}

/** The demo, and its page in a browser. */
export interface Watch {
  readonly run: Run;
  readonly page: Page;
  /** Rows of the diagram that have a class each. */
  rows(...classes: readonly string[]): Promise<ShownRow[]>;
  /** Opens a row, and reads the bytes that crossed the wire off the page, as hexadecimal digits. */
  bytesOf(row: ShownRow): Promise<string>;
  /** Reads in the same way the message that the page has opened; empty if there is none. */
  openedOf(row: ShownRow): Promise<string>;
  /** Ends the demo while its page stays open. */
  end(): Promise<void>;
  /** Chooses a node or a link in the picture. */
  choose(what: string): Promise<void>;
  /** Lets the node that is chosen get a file, without waiting for it. */
  get(node: string, filename: string): Promise<void>;
  /** Waits until a node has a file for which nothing was asked later. Its last rows come a moment later. */
  downloaded(node: string, filename: string): Promise<void>;
}

/** Starts the demo and its page before the tests of a file, and ends both behind them. */
export function watched(): Watch {
  let run: Run;
  let browser: Browser | undefined;
  let page: Page;
  const faults: string[] = [];
  let isOver = false;
  beforeAll(async () => {
    if (noBrowser !== false) return;
    run = await Run.start({}, true);
    browser = await playwright.launch({ executablePath: chromium!, args: options });
    await run.says('byte for byte');
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.setDefaultTimeout(120_000);
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      // A page whose demo has ended goes on looking for it.
      if (message.type() === 'error' && !isOver) faults.push(message.text());
    });
    // The page works without the network: it asks its own server and nobody else.
    page.on('request', (request) => {
      if (!request.url().startsWith(run.url)) faults.push(request.url());
    });
    await page.goto(run.url);
    // The last message of the first download.
    await page.waitForSelector('#rows li.data:has-text("76 B")');
    // Each message on a line of its own.
    await page.click('#fold');
  });
  afterAll(async () => {
    await browser?.close();
    if (noBrowser === false) await run[Symbol.asyncDispose]();
    expect(faults).toEqual([]);
  });
  /** The bytes of a row that is opened: what crossed the wire stands first. */
  const digitsOf = ({ id }: ShownRow, place: number): Promise<string> =>
    // In one task of the page, as its rows move when others arrive.
    page.locator('#rows').evaluate(
      (rows, [item, place]) => {
        const click = (): void => {
          rows.querySelector<HTMLElement>(`${item} .row`)!.click();
        };
        click();
        const shown = rows.querySelectorAll(`${item} .bytes`)[place];
        const digits = [...(shown?.querySelectorAll('.byte i') ?? [])].map((i) => i.textContent);
        click();
        return digits.join('');
      },
      [`li[data-row="${id}"]`, place] as const,
    );
  return {
    get run() {
      return run;
    },
    get page() {
      return page;
    },
    rows: async (...classes) => {
      const selector = ['#rows li[data-row]', ...classes].join('.');
      return page.locator(selector).evaluateAll((items) =>
        items.map((item) => ({
          id: Number(item.getAttribute('data-row')),
          at: Number(item.getAttribute('data-at')),
          classes: (item.getAttribute('class') ?? '').split(' '),
          connection: item.getAttribute('data-connection') ?? undefined,
          spoken: item.querySelector('.hidden')?.textContent ?? '',
        })),
      );
    },
    bytesOf: (row) => digitsOf(row, 0),
    openedOf: (row) => digitsOf(row, 1),
    end: async () => {
      isOver = true;
      run.signal('SIGTERM');
      await run.exit;
    },
    choose: async (what) => {
      await page.locator(`[id="choose-${what}"]`).focus();
      await page.keyboard.press('Enter');
    },
    get: async function get(node, filename) {
      await this.choose(node);
      await page.fill('#filename', filename);
      await page.click('#get');
    },
    downloaded: async (node, filename) => {
      // The newest stands first: an earlier one of the same file must not count.
      const text = `${node} gets ${filename}`;
      await page.waitForSelector(`#downloads li:first-child.done:has-text("${text}")`);
    },
  };
}
