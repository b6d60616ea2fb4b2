// A peer of version 1 that sends its file bit by bit, for as long as a test wants.
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** How many bytes are sent at a time, and how often, in milliseconds. */
const [bytesAtOnce, interval] = [10_000, 50];

/** The size of the file, which is never sent as a whole before the test says so. */
const size = 50_000_000;

/** A peer that has every file, and sends it slowly until {@link finish} is called. */
export class SlowPeer implements AsyncDisposable {
  readonly #udp: UdpSocket;
  readonly #tcp: Server;
  readonly #sending = new Map<Socket, { left: number; readonly timer: NodeJS.Timeout }>();

  private constructor(udp: UdpSocket, tcp: Server) {
    this.#udp = udp;
    this.#tcp = tcp;
    const { port } = tcp.address() as AddressInfo;
    udp.on('message', (bytes, from) => {
      if (bytes.toString().startsWith('Get,'))
        udp.send(`File,1,${port}\n`, from.port, from.address);
    });
    tcp.on('connection', (socket) => {
      socket.on('error', () => undefined);
      socket.once('data', (request) => {
        this.#send(socket, request.toString().trim().slice('Get,'.length));
      });
      socket.on('close', () => {
        clearInterval(this.#sending.get(socket)?.timer);
        this.#sending.delete(socket);
      });
    });
  }

  static async start(): Promise<SlowPeer> {
    const udp = createSocket('udp4').bind(0, '127.0.0.1');
    const tcp = createServer().listen(0, '127.0.0.1');
    await Promise.all([once(udp, 'listening'), once(tcp, 'listening')]);
    return new SlowPeer(udp, tcp);
  }

  get address(): string {
    return `127.0.0.1:${this.#udp.address().port}`;
  }

  /** Sends the rest of every file at once. */
  finish(): void {
    for (const [socket, { left, timer }] of this.#sending) {
      clearInterval(timer);
      socket.end(Buffer.alloc(left));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sending.keys()) socket.destroy();
    this.#udp.close();
    this.#tcp.close();
    await Promise.all([once(this.#udp, 'close'), once(this.#tcp, 'close')]);
  }

  #send(socket: Socket, name: string): void {
    socket.write(String(size).padEnd(10, ':') + name.padEnd(64, ':'));
    const timer = setInterval(() => {
      socket.write(Buffer.alloc(bytesAtOnce));
      sending.left -= bytesAtOnce;
    }, interval);
    const sending = { left: size, timer };
    this.#sending.set(socket, sending);
  }
}
