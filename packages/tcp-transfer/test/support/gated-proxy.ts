// A proxy between two sides of a transfer that counts what the server sends, and lets only so much through.
import { once } from 'node:events';
import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { PeerAddress } from '@peerlane/protocol';
import { deferred, type Deferred } from '../../src/async.ts';

/** Forwards connections to a server, until what the server sends has used up a budget. */
export class GatedProxy {
  readonly address: PeerAddress;
  /** How many bytes of the server were let through since the budget was set. */
  passed = 0;
  readonly #sockets = new Set<Socket>();
  #budget = 0;
  #target: PeerAddress | undefined;
  #usedUp: Deferred<undefined> = deferred();

  private constructor(address: PeerAddress) {
    this.address = address;
  }

  /** Starts one that ends with the test. */
  static async start(): Promise<GatedProxy> {
    const server = createServer();
    server.listen({ host: '127.0.0.1', port: 0 });
    await once(server, 'listening');
    const { address: host, port } = server.address() as AddressInfo;
    const proxy = new GatedProxy({ host, port });
    server.on('connection', (client) => {
      for (const socket of proxy.#forward(client)) {
        proxy.#sockets.add(socket);
        socket.once('close', () => proxy.#sockets.delete(socket));
      }
    });
    onTestFinished(async () => {
      proxy.cut();
      server.close();
      await once(server, 'close');
    });
    return proxy;
  }

  /** Forwards to this server from now on, and lets so many of its bytes through. */
  open(target: PeerAddress, budget: number): void {
    this.#target = target;
    this.#budget = budget;
    this.passed = 0;
    this.#usedUp = deferred();
  }

  /** Resolves when the budget is used up: from then on nothing comes through. */
  get usedUp(): Promise<unknown> {
    return this.#usedUp.promise;
  }

  /** Ends all connections: one that is held up does not hear that its server is gone. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #forward(client: Socket): Socket[] {
    if (!this.#target) {
      client.destroy();
      return [];
    }
    const server = createConnection(this.#target);
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      one.on('error', () => undefined);
      one.once('close', () => other.destroy());
    }
    client.pipe(server);
    server.on('data', (bytes: Buffer) => {
      const some = bytes.subarray(0, this.#budget - this.passed);
      this.passed += some.length;
      if (this.passed < this.#budget) {
        if (client.write(some)) return;
        server.pause();
        client.once('drain', () => server.resume());
      } else {
        client.write(some);
        server.pause();
        this.#usedUp.resolve(undefined);
      }
    });
    return [client, server];
  }
}
