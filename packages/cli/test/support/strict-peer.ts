// A peer of version 1 that is as strict as the original.
import { createSocket, type RemoteInfo, type Socket as UdpSocket } from 'node:dgram';
import { EventEmitter, once } from 'node:events';
import {
  createConnection,
  createServer,
  type AddressInfo,
  type Server,
  type Socket,
} from 'node:net';

/** The most bytes that the original reads of a datagram. */
const datagramBytes = 2048;

const [sizeBytes, nameBytes] = [10, 64];

/** The options of a {@link StrictPeer}. Times are in milliseconds. */
export interface StrictPeerOptions {
  /** The files it shares, by name. */
  readonly files?: Readonly<Record<string, Buffer>>;
  /** The members known from the start, as `host:port`. */
  readonly members?: readonly string[];
  /** The delay of an answer to a peer without priority: 10 s in the original. */
  readonly answerDelay?: number;
  /** 20 s in the original. */
  readonly period?: number;
  /** Resolves when the second half of each answer by TCP is to be sent: at once by default. */
  readonly halfway?: Promise<void>;
}

/** A datagram as the original reads it. */
export interface HeardDatagram {
  /** Up to the first line feed. */
  readonly line: string;
  /** The rest, which it discards. */
  readonly rest: string;
}

/**
 * A peer of version 1 that behaves as the original to the byte, on real sockets of 127.0.0.1. It shares
 * no code with the program, and counts everything that it does not understand as a fault.
 */
export class StrictPeer implements AsyncDisposable {
  readonly heard: HeardDatagram[] = [];
  /** The request of each TCP connection. */
  readonly requested: string[] = [];
  /** The messages that it did not understand. */
  readonly faults: string[] = [];
  readonly known: Set<string>;
  readonly #files: Readonly<Record<string, Buffer>>;
  readonly #answerDelay: number;
  readonly #halfway: Promise<void>;
  readonly #udp: UdpSocket;
  readonly #tcp: Server;
  readonly #priority = new Set<string>();
  readonly #connections = new Set<Socket>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #news = new EventEmitter();
  #waiting: ((offer: { readonly host: string; readonly port: number }) => void) | undefined;

  private constructor(udp: UdpSocket, tcp: Server, options: StrictPeerOptions) {
    const { files = {}, members = [], answerDelay = 10_000, period = 20_000 } = options;
    this.#udp = udp;
    this.#tcp = tcp;
    this.#files = files;
    this.#answerDelay = answerDelay;
    this.#halfway = options.halfway ?? Promise.resolve();
    this.known = new Set(members);
    udp.on('message', (bytes, from) => {
      if (bytes.length > datagramBytes) this.#fault(`UDP ${bytes.length} bytes`);
      this.#hear(bytes.subarray(0, datagramBytes), from);
    });
    tcp.on('connection', (socket) => {
      this.#serve(socket);
    });
    this.#timers.add(
      setInterval(() => {
        for (const member of this.known)
          this.#send(`DISCOVER,${[...this.known].join(',')}\n`, member);
      }, period),
    );
  }

  static async start(options: StrictPeerOptions): Promise<StrictPeer> {
    const udp = createSocket('udp4').bind(0, '127.0.0.1');
    const tcp = createServer().listen(0, '127.0.0.1');
    await Promise.all([once(udp, 'listening'), once(tcp, 'listening')]);
    return new StrictPeer(udp, tcp, options);
  }

  get address(): string {
    return `127.0.0.1:${this.#udp.address().port}`;
  }

  get tcpPort(): number {
    return (this.#tcp.address() as AddressInfo).port;
  }

  /** Waits until a message makes a condition true. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await once(this.#news, 'heard');
  }

  /** Asks for a file, and downloads it from the first peer that answers. It may come incomplete. */
  async get(name: string): Promise<Buffer> {
    if (this.#waiting) throw new Error('the original waits for one file at a time');
    const answer = new Promise<{ host: string; port: number }>((resolve) => {
      this.#waiting = resolve;
    });
    for (const member of this.known) this.#send(`Get,${name}\n`, member);
    const offer = await answer;
    const socket = createConnection(offer);
    this.#keep(socket);
    socket.write(`Get,${name}\n`);
    const pieces: Buffer[] = [];
    for await (const piece of socket) pieces.push(piece as Buffer);
    const bytes = Buffer.concat(pieces);
    const size = bytes.toString('latin1', 0, sizeBytes);
    const padded = bytes.toString('utf8', sizeBytes, sizeBytes + nameBytes);
    if (!/^\d{1,10}:*$/.test(size) || padded !== headerFor(name, 0).toString('utf8', sizeBytes))
      this.#fault(`header ${JSON.stringify(size + padded)}`);
    const data = bytes.subarray(sizeBytes + nameBytes);
    if (data.length !== Number.parseInt(size))
      this.#fault(`${data.length} bytes instead of ${size}`);
    return data;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    for (const socket of this.#connections) socket.destroy();
    this.#udp.close();
    this.#tcp.close();
    await Promise.all([once(this.#udp, 'close'), once(this.#tcp, 'close')]);
  }

  #hear(bytes: Buffer, { address, port }: RemoteInfo): void {
    const end = bytes.indexOf('\n');
    const line = bytes.toString('utf8', 0, end === -1 ? bytes.length : end + 1);
    this.heard.push({ line, rest: bytes.toString('utf8', Buffer.byteLength(line)) });
    const [first = ''] = trimmed(bytes.toString()).split('\n', 1);
    const [type = '', ...fields] = first.split(',');
    const from = `${address}:${port}`;
    if (type === 'DISCOVER') this.#merge(fields);
    else if (type === 'Get' && fields.length > 0) this.#answer(fields[0]!, from);
    else if (type === 'File' && fields.length > 1) this.#take(fields, address, from);
    else this.#fault(`UDP ${JSON.stringify(line)}`);
    this.#news.emit('heard');
  }

  /** Adds any text as a member, except an empty one and its own address. */
  #merge(fields: readonly string[]): void {
    for (const field of fields) if (field !== '' && field !== this.address) this.known.add(field);
  }

  #answer(name: string, from: string): void {
    if (!Object.hasOwn(this.#files, name)) return;
    const delay = this.#priority.has(from) ? 0 : this.#answerDelay;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#send(`File,1,${this.tcpPort}\n`, from);
    }, delay);
    this.#timers.add(timer);
  }

  #take([method, field = '']: readonly string[], host: string, from: string): void {
    const port = /^\d+$/.test(field) ? Number(field) : 0;
    if (method !== '1' || !Number.isInteger(port) || port < 1 || port > 65_535) {
      this.#fault(`UDP File,${method},${field}`);
      return;
    }
    if (!this.#waiting) return;
    this.#priority.add(from);
    this.#waiting({ host, port });
    this.#waiting = undefined;
  }

  #send(message: string, to: string): void {
    const [host, port] = to.split(':');
    // It passes on every text that it was sent: some may be no address.
    if (Number(port) > 0 && host === '127.0.0.1') this.#udp.send(message, Number(port), host);
  }

  /** A request is the result of one read. Later bytes are never read, and cause a reset at the end. */
  #serve(socket: Socket): void {
    this.#keep(socket);
    let surplus = false;
    socket.once('data', (bytes) => {
      this.requested.push(bytes.toString());
      const answer = this.#answerTo(bytes.toString());
      const half = Math.ceil(answer.length / 2);
      socket.write(answer.subarray(0, half));
      void this.#halfway.then(() =>
        socket.write(answer.subarray(half), () => {
          if (surplus) socket.resetAndDestroy();
          else socket.end();
        }),
      );
      socket.on('data', (more) => {
        surplus = true;
        this.#fault(`TCP ${JSON.stringify(more.toString())} after a request`);
      });
    });
    socket.on('close', () => {
      if (socket.bytesRead === 0) this.#fault('TCP no request');
    });
  }

  #answerTo(request: string): Buffer {
    const [line, ...rest] = trimmed(request).split('\n');
    if (rest.length > 0 || !request.startsWith('Get,') || request === 'Get,\n')
      this.#fault(`TCP ${JSON.stringify(request)}`);
    const name = line!.slice('Get,'.length);
    const data = Object.hasOwn(this.#files, name) ? this.#files[name] : undefined;
    return data ? Buffer.concat([headerFor(name, data.length), data]) : Buffer.alloc(0);
  }

  #fault(what: string): void {
    this.faults.push(what);
  }

  #keep(socket: Socket): void {
    this.#connections.add(socket);
    socket.on('error', (error) => {
      this.#fault(`TCP ${error.message}`);
    });
    socket.on('close', () => this.#connections.delete(socket));
  }
}

/** A text without the characters at its ends that are blanks in Go. */
function trimmed(text: string): string {
  return text.replace(/^\p{White_Space}+|\p{White_Space}+$/gu, '');
}

function headerFor(name: string, size: number): Buffer {
  const header = Buffer.alloc(sizeBytes + nameBytes, ':');
  header.write(String(size), 0, sizeBytes);
  Buffer.from(name).copy(header, sizeBytes, 0, nameBytes);
  return header;
}
