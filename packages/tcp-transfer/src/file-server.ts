import { EventEmitter, once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { formatPeerAddress, type PeerAddress } from '@peerlane/protocol';
import { serveConnection } from './serve-connection.ts';
import type { SharedFolder } from './shared-folder.ts';

/** How a file server is started. */
export interface FileServerOptions {
  /** What is served. */
  readonly folder: SharedFolder;
  /**
   * The IP address or name to bind.
   * @default '127.0.0.1'
   */
  readonly host?: string;
  /**
   * The TCP port; for 0 the system chooses one.
   * @default 0
   */
  readonly port?: number;
}

/** A file on its way to a client. */
export interface Upload {
  /** The client, as `host:port`. */
  readonly client: string;
  readonly name: string;
  /** In bytes. */
  readonly size: number;
}

/** What a {@link FileServer} tells. */
export interface FileServerEvents {
  /** A client has connected. */
  connection: [client: string];
  /** The client's file was found and is about to be sent. */
  sending: [upload: Upload];
  /** The file was sent whole. */
  sent: [upload: Upload];
  /** A connection failed; the server goes on. The message may hold text from the network. */
  warning: [error: Error];
}

/** A connection on which nothing moves for so long is closed, in milliseconds. */
const idleTimeout = 30_000;

/**
 * Serves the files of a folder by TCP, from now on.
 *
 * @throws the system's error where the port cannot be bound
 */
export async function startFileServer(options: FileServerOptions): Promise<FileServer> {
  // A client that has asked may close its own side and still get its file.
  const server = createServer({ allowHalfOpen: true });
  server.listen({ host: options.host ?? '127.0.0.1', port: options.port ?? 0 });
  await once(server, 'listening');
  return new FileServer(server, options.folder);
}

/** A running file server. */
export class FileServer extends EventEmitter<FileServerEvents> {
  /** Where the server listens; `host` is an IP address. */
  readonly address: PeerAddress;
  readonly #server: Server;
  readonly #folder: SharedFolder;
  readonly #sockets = new Set<Socket>();

  /** Use {@link startFileServer}. */
  constructor(server: Server, folder: SharedFolder) {
    super();
    const { address, port } = server.address() as AddressInfo;
    this.address = { host: address, port };
    this.#server = server;
    this.#folder = folder;
    server.on('connection', (socket) => void this.#serve(socket));
    server.on('error', (error) => this.emit('warning', error));
  }

  /** Stops the server; files on their way are cut off. A second call does nothing more. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #serve(socket: Socket): Promise<void> {
    const client = formatPeerAddress({
      host: socket.remoteAddress ?? '0.0.0.0',
      port: socket.remotePort ?? 1,
    });
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    // Whoever serves the socket sees its errors; later ones concern nobody.
    socket.on('error', () => undefined);
    socket.setTimeout(idleTimeout, () => socket.destroy());
    this.emit('connection', client);
    try {
      await serveConnection(socket, this.#folder, {
        onSending: (file) => this.emit('sending', { client, ...file }),
        onSent: (file) => this.emit('sent', { client, ...file }),
      });
    } catch (cause) {
      if (this.#server.listening)
        this.emit('warning', new Error(`could not serve ${client}`, { cause }));
    }
  }
}
