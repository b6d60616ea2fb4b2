// Refuses requests to the server of the page that do not come from its own page.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** The headers of all answers of the page's server. */
export const safeHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};

/**
 * The reason why a request does not come from this page; `undefined` if it does. Another page in the same
 * browser can send requests to this server, also under a host name of its own that leads to it. They are
 * refused. So is every program of another user of the machine: only who was shown the address of the page
 * knows its capability.
 *
 * @param port where the server listens
 * @param capability the random part of the page's address, with which each path begins
 */
export function foreign(
  { method, url = '/', headers }: Pick<IncomingMessage, 'method' | 'url' | 'headers'>,
  port: number,
  capability: string,
): string | undefined {
  const { host, origin } = headers;
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  if (host === undefined || !hosts.includes(host)) return 'This is another host.';
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return 'Not from this page.';
  if (origin !== undefined && origin !== `http://${host}`) return 'Not from this page.';
  if (!holds(url, capability)) return 'Open the address that the demo has printed.';
  if (method === 'GET') return undefined;
  if (origin === undefined) return 'Only this page gives commands.';
  if (headers['content-type'] !== 'application/json') return 'Commands are JSON.';
  return undefined;
}

/** Whether a path begins with the capability, compared in a time that says nothing about it. */
function holds(path: string, capability: string): boolean {
  const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();
  const [, first = '', ...rest] = path.split('/');
  return rest.length > 0 && timingSafeEqual(digestOf(first), digestOf(capability));
}
