// Which requests the server of the page accepts.
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { foreign } from '../src/page-guard.ts';
import { Run } from './run.ts';

describe('what is for the page', () => {
  const own = 'http://127.0.0.1:8000';
  const json = { 'content-type': 'application/json' };
  it.each([
    ['the page itself', 'GET', { host: '127.0.0.1:8000' }, true],
    ['by its other name', 'GET', { host: 'localhost:8000' }, true],
    ['a command of the page', 'POST', { host: '127.0.0.1:8000', origin: own, ...json }, true],
    ['no host', 'GET', {}, false],
    ['a name that someone has pointed here', 'GET', { host: 'evil.example:8000' }, false],
    ['another port', 'GET', { host: '127.0.0.1:80' }, false],
    [
      'an image on another page',
      'GET',
      { host: '127.0.0.1:8000', 'sec-fetch-site': 'cross-site' },
      false,
    ],
    [
      'a page of another port',
      'GET',
      { host: '127.0.0.1:8000', 'sec-fetch-site': 'same-site' },
      false,
    ],
    [
      'events for another page',
      'GET',
      { host: '127.0.0.1:8000', origin: 'http://evil.example' },
      false,
    ],
    ['a command of nobody', 'POST', { host: '127.0.0.1:8000', ...json }, false],
    [
      'a command of another page',
      'POST',
      { host: '127.0.0.1:8000', origin: 'http://evil.example', ...json },
      false,
    ],
    [
      'a command by a form',
      'POST',
      { host: '127.0.0.1:8000', origin: own, 'content-type': 'text/plain' },
      false,
    ],
  ])('The guard accepts or refuses %s', (_what, method, headers, expected) => {
    expect(foreign({ method, url: '/secret/', headers }, 8000, 'secret') === undefined).toBe(
      expected,
    );
  });
});

describe('the capability of the page', () => {
  const headers = {
    host: '127.0.0.1:8000',
    origin: 'http://127.0.0.1:8000',
    'content-type': 'application/json',
  };

  it.each([
    '/',
    '/command',
    '//command',
    '/secre/command',
    '/secrets/command',
    '/secret',
    'secret/',
  ])('Another user of the machine cannot command the demo by %s', (url) => {
    for (const method of ['GET', 'POST'])
      expect(foreign({ method, url, headers }, 8000, 'secret')).toBe(
        'Open the address that the demo has printed.',
      );
  });
});

describe('the server of the page', () => {
  const ask = async (
    url: string,
    path: string,
    headers: Readonly<Record<string, string>> = {},
    body?: string,
  ): Promise<{ readonly response: IncomingMessage; readonly body: string }> => {
    const asking = request(new URL(path, url), {
      method: body === undefined ? 'GET' : 'POST',
      headers,
    });
    asking.end(body);
    const [response] = (await once(asking, 'response')) as [IncomingMessage];
    return { response, body: await text(response) };
  };

  it('The server sends its page with a policy, and refuses requests of other pages', async () => {
    await using run = await Run.start({}, true);
    await run.says('byte for byte');
    const { url } = run;
    expect(new URL(url).hostname).toBe('127.0.0.1');
    const { origin } = new URL(url);
    const json = { 'content-type': 'application/json', origin };
    const { body: page } = await ask(url, '');
    const linked = [...page.matchAll(/(?:src|href)="([^"#]+)"/g)].map(([, path]) => path!);
    expect(linked.length).toBeGreaterThan(5);
    for (const path of ['', ...linked]) {
      const { response, body } = await ask(url, path);
      expect(response.statusCode, path).toBe(200);
      expect(response.headers['content-security-policy']).toMatch(
        /^default-src 'none'; script-src 'self'/,
      );
      expect(body.length).toBeGreaterThan(100);
      // The page loads nothing from elsewhere.
      expect(path.endsWith('.js') || !/(?:src|href)="https?:|url\(/.test(body), path).toBe(true);
    }
    // Another user of the machine sees the port, but not the address that was printed.
    for (const path of ['/', '/page.js', '/events', '/guess/events'])
      expect((await ask(url, path)).response.statusCode, path).toBe(403);
    const kill = JSON.stringify({ do: 'kill', node: 'node2' });
    expect(
      (await ask(url, 'command', { ...json, origin: 'http://evil.example' }, kill)).response
        .statusCode,
    ).toBe(403);
    expect(
      (await ask(url, 'command', { 'content-type': 'application/json' }, kill)).response.statusCode,
    ).toBe(403);
    expect((await ask(url, '/command', json, kill)).response.statusCode).toBe(403);
    expect((await ask(url, 'events', { host: 'evil.example' })).response.statusCode).toBe(403);
    expect((await ask(url, 'package.json')).response.statusCode).toBe(404);
    for (const nonsense of [
      '',
      '{',
      '[]',
      '{"do":"rm"}',
      '{"do":"kill","node":"x"}',
      `"${'x'.repeat(5000)}"`,
    ]) {
      expect((await ask(url, 'command', json, nonsense)).response.statusCode, nonsense).toBe(400);
    }
    expect((await ask(url, 'command', json, kill)).response.statusCode).toBe(204);
  });
});
