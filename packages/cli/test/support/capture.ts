// Captures what crosses a cable between machines, by tshark.
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, vi } from 'vitest';

/** One direction of a TCP connection, or one datagram. */
export interface Flow {
  readonly via: 'udp' | 'tcp';
  /** The IP address that it goes to. */
  readonly to: string;
  readonly bytes: Buffer;
}

/** The reason why nothing can be captured here; `undefined` if it can. */
export function noCapture(): string | undefined {
  const { status } = spawnSync('tshark', ['--version']);
  return status === 0 ? undefined : 'there is no tshark here (apt-get install tshark)';
}

/** What the last datagram of a capture holds. */
const mark = 'This is the end of the capture.';

const fields = ['tcp.stream', 'ip.src', 'ip.dst', 'udp.payload', 'tcp.payload'];

/** A running capture. */
export class Capture implements AsyncDisposable {
  readonly #within: readonly string[];
  readonly #file: string;
  readonly #tshark: ChildProcess;

  private constructor(within: readonly string[], file: string, tshark: ChildProcess) {
    this.#within = within;
    this.#file = file;
    this.#tshark = tshark;
  }

  /**
   * Resolves when packets are being captured.
   *
   * @param within the command that runs a program on the machine at one end of the cable
   */
  static async start(within: readonly string[], cable: string, folder: string): Promise<Capture> {
    const file = join(folder, 'packets.pcapng');
    const [command, ...args] = [...within, 'tshark', '-i', cable, '-w', file];
    const tshark = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    tshark.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    while (!said.includes('Capturing on')) await once(tshark.stderr, 'data');
    return new Capture(within, file, tshark);
  }

  /**
   * Ends the capture, and returns what was sent: the bytes of a connection in one piece.
   *
   * @param other the IP address at the other end of the cable
   */
  async end(other: string): Promise<Flow[]> {
    // tshark takes packets late: when it has this one, it has all before it.
    const socket = `const socket = require('dgram').createSocket('udp4');`;
    const sends = `socket.send('${mark}', 9, '${other}', () => socket.close());`;
    const [command, ...args] = [...this.#within, process.execPath, '-e', `${socket} ${sends}`];
    execFileSync(command, args);
    await vi.waitFor(async () => expect((await readFile(this.#file)).includes(mark)).toBe(true), {
      timeout: 60_000,
    });
    const ended = once(this.#tshark, 'exit');
    this.#tshark.kill('SIGINT');
    await ended;
    const columns = fields.flatMap((field) => ['-e', field]);
    const output = execFileSync('tshark', ['-r', this.#file, '-T', 'fields', ...columns], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 2 ** 28,
    });
    return flowsOf(output.split('\n').map((line) => line.split('\t')));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#tshark.exitCode !== null || this.#tshark.signalCode !== null) return;
    const ended = once(this.#tshark, 'exit');
    this.#tshark.kill('SIGKILL');
    await ended;
  }
}

function flowsOf(packets: readonly (readonly string[])[]): Flow[] {
  const datagrams: Flow[] = [];
  const connections = new Map<string, { readonly to: string; readonly parts: Buffer[] }>();
  for (const [stream, from, to = '', datagram = '', segment = ''] of packets) {
    if (datagram !== '') datagrams.push({ via: 'udp', to, bytes: Buffer.from(datagram, 'hex') });
    if (segment === '') continue;
    const name = `${stream} ${from}`;
    const connection = connections.get(name) ?? { to, parts: [] };
    connections.set(name, connection);
    connection.parts.push(Buffer.from(segment, 'hex'));
  }
  const streams = [...connections.values()].map(({ to, parts }) => ({
    ...{ via: 'tcp' as const, to },
    bytes: Buffer.concat(parts),
  }));
  return [...datagrams.filter(({ bytes }) => String(bytes) !== mark), ...streams];
}
