// The server of the demo's page: its files, its commands, and the stream of events.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Commands } from './commands.ts';
import type { Fleet } from './fleet.ts';
import { foreign, safeHeaders } from './page-guard.ts';
import type { DemoEvent } from './wire/events.ts';

const styles = [
  ...['base', 'frame', 'controls', 'tour', 'picture', 'selection', 'filters', 'diagram', 'arrows'],
  ...['inspector', 'narrow'],
];

const files: Readonly<Record<string, { readonly path: string; readonly type: string }>> = {
  '/': { path: '../page/index.html', type: 'text/html; charset=utf-8' },
  ...Object.fromEntries(
    styles.map((name) => [
      `/style/${name}.css`,
      { path: `../page/style/${name}.css`, type: 'text/css; charset=utf-8' },
    ]),
  ),
  '/icon.svg': { path: '../page/icon.svg', type: 'image/svg+xml' },
  '/page.js': { path: './page/page.js', type: 'text/javascript; charset=utf-8' },
};

/** The longest command, in bytes. */
const maxBody = 4096;

/** The most bytes of events that may wait for a page before it is disconnected. */
const maxUnsentBytes = 16 * 1024 * 1024;

/** Serves the demo's page, on loopback only. */
export class PageServer {
  /** The address of the page, which is a secret: who knows it commands the demo. */
  readonly url: string;
  readonly #server: Server;
  readonly #port: number;
  readonly #capability = randomBytes(18).toString('base64url');
  readonly #fleet: Fleet;
  readonly #commands: Commands;

  private constructor(server: Server, fleet: Fleet, commands: Commands) {
    const { port } = server.address() as AddressInfo;
    this.url = `http://127.0.0.1:${port}/${this.#capability}/`;
    this.#port = port;
    this.#server = server;
    this.#fleet = fleet;
    this.#commands = commands;
    server.on('request', (request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        if (!response.headersSent) say(response, 400, (error as Error).message);
        else response.destroy();
      });
    });
  }

  static async start(fleet: Fleet, commands: Commands): Promise<PageServer> {
    const server = createServer({ requestTimeout: 10_000 });
    server.listen({ host: '127.0.0.1', port: 0 });
    await once(server, 'listening');
    return new PageServer(server, fleet, commands);
  }

  /** Stops the server. Open pages lose their connections. */
  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const fault = foreign(request, this.#port, this.#capability);
    if (fault !== undefined) {
      say(response, 403, fault);
      return;
    }
    const { method } = request;
    const url = request.url!.slice(1 + this.#capability.length);
    const file = files[url];
    if (method === 'GET' && file) {
      const content = await readFile(fileURLToPath(new URL(file.path, import.meta.url)));
      response.writeHead(200, { ...safeHeaders, 'content-type': file.type }).end(content);
    } else if (method === 'GET' && url === '/events') {
      this.#stream(response);
    } else if (method === 'POST' && url === '/command') {
      await this.#commands.run(JSON.parse(await bodyOf(request)));
      response.writeHead(204, safeHeaders).end();
    } else {
      say(response, 404, 'There is nothing here.');
    }
  }

  /** Sends events: the state of the demo, the latest wire events, and all that follow. */
  #stream(response: ServerResponse): void {
    response.writeHead(200, { ...safeHeaders, 'content-type': 'text/event-stream' });
    const send = (event: DemoEvent): void => {
      response.write(`data: ${JSON.stringify(event)}\n\n`);
      if (response.writableLength > maxUnsentBytes) response.destroy();
    };
    const { journal, state } = this.#fleet;
    send({ type: 'snapshot', state });
    for (const event of journal.wire) send(event);
    response.once('close', journal.listen(send));
  }
}

function say(response: ServerResponse, status: number, text: string): void {
  const headers = { ...safeHeaders, 'content-type': 'text/plain; charset=utf-8' };
  response.writeHead(status, headers).end(`${text}\n`);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > maxBody) throw new Error('That is no command.');
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}
