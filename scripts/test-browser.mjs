// Bundles what is published of @peerlane/protocol and runs it in a headless Chromium.
import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import process from 'node:process';
import { build } from 'esbuild';
import { root, withFolder } from './lib/commands.mjs';

/** What the page does: messages of both versions there and back, and a refusal. */
const page = `
  import * as protocol from '@peerlane/protocol';
  const { decodeMessage, encodeMessage, ProtocolError } = protocol;
  const message = { type: 'get', filename: 'a, b.txt', extension: { v: 2, req: '00f1e2d3c4b5a697' } };
  const bytes = encodeMessage(message);
  const request = new protocol.TransferRequestDecoder().push(
    protocol.encodeTransferRequest({ filename: 'resume.pdf' }),
  );
  let refusal;
  try {
    decodeMessage(new TextEncoder().encode('HELLO'));
  } catch (error) {
    refusal = ProtocolError.is(error) ? error.code : String(error);
  }
  document.querySelector('output').textContent = JSON.stringify({
    bytes: new TextDecoder().decode(bytes),
    back: decodeMessage(bytes),
    request,
    refusal,
    node: typeof process,
  });
`;

const expected = {
  bytes: 'Get,\n{"v":2,"req":"00f1e2d3c4b5a697","filename":"a, b.txt"}\n',
  back: {
    type: 'get',
    filename: 'a, b.txt',
    extension: { v: 2, req: '00f1e2d3c4b5a697' },
  },
  request: { version: 1, filename: 'resume.pdf' },
  refusal: 'malformed-message',
  node: 'undefined',
};

const published = join(root, 'packages', 'protocol', 'dist', 'index.js');

const chromium = browser();
if (chromium === undefined) {
  process.stdout.write(
    'Skipped: there is no Chromium here. Install one, or name it in CHROMIUM.\n',
  );
} else {
  const got = await withFolder((folder) => result(folder, chromium));
  if (got !== JSON.stringify(expected)) {
    process.stderr.write(`The browser came to\n${got}\nand not\n${JSON.stringify(expected)}\n`);
    process.exitCode = 1;
  } else process.stdout.write('@peerlane/protocol works in a browser.\n');
}

/** What the page shows in the end. */
async function result(folder, program) {
  await build({
    stdin: { contents: page, resolveDir: join(root, 'packages', 'protocol') },
    outfile: join(folder, 'page.js'),
    bundle: true,
    format: 'iife',
    platform: 'browser',
    alias: { '@peerlane/protocol': published },
  });
  const html = join(folder, 'page.html');
  writeFileSync(
    html,
    '<!doctype html><meta charset="utf-8"><output></output><script src="page.js"></script>\n',
  );
  const flags = ['--headless', '--disable-gpu', '--no-first-run'];
  // It reaches nobody, not even to look for news of its own.
  flags.push('--disable-background-networking', '--host-resolver-rules=MAP * ~NOTFOUND');
  // Chromium's own sandbox does not start for root, and the page is ours.
  if (process.getuid?.() === 0) flags.push('--no-sandbox');
  const dom = execFileSync(
    program,
    [
      ...flags,
      `--user-data-dir=${join(folder, 'profile')}`,
      '--dump-dom',
      pathToFileURL(html).href,
    ],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 60_000 },
  );
  const [, text = dom] = /<output>(.*?)<\/output>/s.exec(dom) ?? [];
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** The path of a Chromium: the one that the environment names, or one where they usually are. */
function browser() {
  if (process.env.CHROMIUM !== undefined) return process.env.CHROMIUM;
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const onPath = (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)));
  const usual = [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  ];
  return [...onPath, ...usual].find((path) => existsSync(path));
}
