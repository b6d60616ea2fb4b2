// Bundles the published @peerlane/protocol and runs it in a headless Chromium, on a page whose content
// security policy allows neither inline code nor eval.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { root, withFolder } from './lib/commands.mjs';

const policy = "default-src 'none'; script-src 'self'";

const html =
  '<!doctype html><meta charset="utf-8"><output></output>' +
  '<script src="watch.js"></script><script src="page.js"></script>\n';

/** Counts what the policy forbids, before any code of the package runs. */
const watch = `
  globalThis.violations = [];
  document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
    violations.push(violatedDirective + ' ' + blockedURI);
  });
`;

/** Encodes and decodes messages of both versions, and decodes one that is malformed. */
const page = `
  import * as protocol from '@peerlane/protocol';
  const { decodeMessage, encodeMessage, ProtocolError } = protocol;
  const message = { type: 'get', filename: 'a, b.txt', extension: { v: 2, req: '00f1e2d3c4b5a697' } };
  const bytes = encodeMessage(message);
  const { request } = new protocol.TransferRequestDecoder().push(
    protocol.encodeTransferRequest({ filename: 'resume.pdf' }),
  );
  let refusal;
  try {
    decodeMessage(new TextEncoder().encode('HELLO'));
  } catch (error) {
    refusal = ProtocolError.is(error) ? error.code : String(error);
  }
  const result = {
    bytes: new TextDecoder().decode(bytes),
    back: decodeMessage(bytes),
    request,
    refusal,
    node: typeof process,
  };
  // Violations are reported by events, which come after the code that caused them.
  setTimeout(() => {
    document.querySelector('output').textContent = JSON.stringify({ ...result, violations });
  }, 100);
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
  violations: [],
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
  } else process.stdout.write('@peerlane/protocol works in a browser, under a strict policy.\n');
}

/** The text of the page in the end. */
async function result(folder, program) {
  const script = join(folder, 'page.js');
  await build({
    stdin: { contents: page, resolveDir: join(root, 'packages', 'protocol') },
    outfile: script,
    bundle: true,
    format: 'iife',
    platform: 'browser',
    alias: { '@peerlane/protocol': published },
  });
  const files = {
    '/': ['text/html', html],
    '/watch.js': ['text/javascript', watch],
    '/page.js': ['text/javascript', readFileSync(script)],
  };
  const dom = await withServer(files, async (url) => {
    const flags = ['--headless', '--disable-gpu', '--no-first-run', '--virtual-time-budget=5000'];
    // It reaches nothing but this server, not even to look for news of its own.
    flags.push('--disable-background-networking');
    flags.push('--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1');
    // Chromium's own sandbox does not start for root, and the page is ours.
    if (process.getuid?.() === 0) flags.push('--no-sandbox');
    flags.push(`--user-data-dir=${join(folder, 'profile')}`);
    const { stdout } = await promisify(execFile)(program, [...flags, '--dump-dom', url], {
      timeout: 60_000,
    });
    return stdout;
  });
  const [, text = dom] = /<output>(.*?)<\/output>/s.exec(dom) ?? [];
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** Runs `use` with the URL of a server, on loopback, that sends these files with the policy. */
async function withServer(files, use) {
  const server = createServer(({ url }, response) => {
    const [type, content] = files[url] ?? [];
    response.writeHead(type === undefined ? 404 : 200, {
      'content-security-policy': policy,
      ...(type !== undefined && { 'content-type': `${type}; charset=utf-8` }),
    });
    response.end(content);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await use(`http://127.0.0.1:${server.address().port}/`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
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
