// Captures the packets of a test by tshark.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A packet with data, or one that opens a connection. */
export interface Packet {
  /** In milliseconds since the start of 1970. */
  readonly at: number;
  readonly via: 'udp' | 'tcp';
  readonly from: number;
  readonly to: number;
  /** As hexadecimal digits. */
  readonly payload: string;
  /** Whether it is the first of a TCP connection. */
  readonly opens: boolean;
}

const fields = [
  ...['frame.time_epoch', 'udp.srcport', 'udp.dstport', 'udp.payload'],
  ...['tcp.srcport', 'tcp.dstport', 'tcp.payload', 'tcp.flags.syn', 'tcp.flags.ack'],
];

/** A capture of some ports on loopback. */
export class Capture implements AsyncDisposable {
  readonly #folder: string;
  readonly #tshark: ChildProcess;

  private constructor(folder: string, tshark: ChildProcess) {
    this.#folder = folder;
    this.#tshark = tshark;
  }

  /** Resolves when packets are being captured. */
  static async start(udp: readonly number[], tcp: readonly number[]): Promise<Capture> {
    const folder = await mkdtemp(join(tmpdir(), 'peerlane-capture-'));
    // Another program may use the number of a UDP port for TCP.
    const filters = [
      ...udp.map((port) => `udp port ${port}`),
      ...tcp.map((port) => `tcp port ${port}`),
    ];
    const to = ['-w', join(folder, 'packets.pcapng')];
    const tshark = spawn('tshark', ['-i', 'lo', '-f', filters.join(' or '), ...to], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    tshark.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    while (!said.includes('Capturing on')) await once(tshark.stderr, 'data');
    return new Capture(folder, tshark);
  }

  /** Ends the capture, and returns its packets. */
  async end(): Promise<Packet[]> {
    const ended = once(this.#tshark, 'exit');
    this.#tshark.kill('SIGINT');
    await ended;
    const columns = fields.flatMap((field) => ['-e', field]);
    const args = ['-r', join(this.#folder, 'packets.pcapng'), '-T', 'fields', ...columns];
    const output = execFileSync('tshark', args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 2 ** 28,
    });
    return output.split('\n').flatMap((line) => (line === '' ? [] : [packetOf(line)]));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#tshark.kill('SIGKILL');
    await rm(this.#folder, { recursive: true, force: true });
  }
}

function packetOf(line: string): Packet {
  const [time, udpFrom, udpTo, datagram, tcpFrom, tcpTo, segment, syn, ack] = line.split('\t');
  const udp = udpFrom !== '';
  return {
    at: Number(time) * 1000,
    via: udp ? 'udp' : 'tcp',
    from: Number(udp ? udpFrom : tcpFrom),
    to: Number(udp ? udpTo : tcpTo),
    payload: ((udp ? datagram : segment) ?? '').replaceAll(':', ''),
    opens: !udp && isSet(syn) && !isSet(ack),
  };
}

function isSet(flag: string | undefined): boolean {
  return flag === '1' || flag === 'True';
}
