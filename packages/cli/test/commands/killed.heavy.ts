// A download whose sides are killed again and again.
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { open, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seededRandom } from '@peerlane/udp-node/testing';
import { expect } from 'vitest';
import type { KilledTask } from '../support/child-killed-task.ts';
import { KilledProcess } from '../support/killed-process.ts';
import { it } from '../support/lab.ts';
import { unusedPort } from '../support/program.ts';

const MiB = 1024 * 1024;
const filename = 'large.bin';

/** The size of the file, the rate of its download, and the number of kills. */
const size = Number(process.env.KILLED_MIB ?? 256) * MiB;
const limitRate = Number(process.env.KILLED_RATE_MIB ?? 64) * MiB;
const kills = Number(process.env.KILLS ?? 10);

/** Each block of the file differs from all others. */
const block = 256 * 1024;
/** The length of a piece in files of up to 32 GiB. */
const pieceLength = Math.max(block, 2 ** Math.ceil(Math.log2(size / 2048)));

/**
 * What may be in flight at a kill, in bytes: what a client has received and not written yet, in four
 * buffers of 2 MiB; the piece that this ends in; and what the system holds of a connection.
 */
const inFlight = 4 * 2 * MiB + pieceLength + systemHolds('wmem', 4) + systemHolds('rmem', 6);

it(
  `A download that is killed ${kills} times fetches again only what was in flight`,
  { timeout: 900_000 + kills * 20_000 + (size / limitRate) * 8000 },
  async ({ lab }) => {
    const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
    process.stderr.write(`SEED=${seed}\n`);
    const random = seededRandom(seed);
    const [from, into, notes] = [await lab.folder(), await lab.folder(), await lab.folder()];
    const content = new Content();
    await content.write(join(from, filename));
    const ledger = join(notes, 'sent');
    await writeFile(ledger, Buffer.alloc(8));
    await using sides = new Sides(await tasksFor(from, into, ledger));
    await sides.start('hold');
    await sides.start('get');

    // No kill comes when the last bytes are in flight already.
    const moments = Array.from({ length: kills }, () => random() * 0.9 * size);
    moments.sort((a, b) => a - b);
    const victims = shuffled(
      moments.map((_, kill): Side => (kill % 3 === 1 ? 'hold' : 'get')),
      random,
    );
    /** The bytes that were sent and are not on the client's disk: after each kill, and at the end. */
    const lost = [0];
    let since = 0;
    const account = (sent: number, right: number): void => {
      lost.push(sent - right);
      expect(lost.at(-1)! - lost.at(-2)!, `SEED=${seed}`).toBeLessThanOrEqual(since * inFlight);
      since = 0;
    };
    for (const [kill, victim] of victims.entries()) {
      await sides.haveSent(moments[kill]!);
      await sides.kill(victim);
      since += 1;
      if (victim === 'get') {
        const [left, ...others] = await unfinished(into);
        expect(others).toEqual([]);
        account(await sentBytes(ledger), left ? await content.rightBytes(left) : 0);
      }
      await sides.start(victim);
    }
    await sides.haveDone();
    account(await sentBytes(ledger), size);
    expect(await content.rightBytes(join(into, filename))).toBe(size);
    expect(await unfinished(into)).toEqual([]);
    const figures = lost.map((bytes) => (bytes / MiB).toFixed(1)).join(', ');
    process.stderr.write(`sent in vain so far, in MiB of ${size / MiB}: ${figures}\n`);
  },
);

/** The most bytes in the buffers of Linux for one side; other systems have about its default. */
function systemHolds(which: 'wmem' | 'rmem', defaultMiB: number): number {
  const path = `/proc/sys/net/ipv4/tcp_${which}`;
  if (!existsSync(path)) return defaultMiB * MiB;
  return Number(readFileSync(path, 'utf8').trim().split(/\s+/).at(-1));
}

type Side = KilledTask['role'];

/** The two sides of a download, each of which may be killed and started again. */
class Sides implements AsyncDisposable {
  readonly #tasks: Readonly<Record<Side, KilledTask>>;
  readonly #running = new Map<Side, KilledProcess>();

  constructor(tasks: Readonly<Record<Side, KilledTask>>) {
    this.#tasks = tasks;
  }

  async start(side: Side): Promise<void> {
    const started = new KilledProcess(this.#tasks[side]);
    this.#running.set(side, started);
    await started.waitFor('ready');
  }

  async kill(side: Side): Promise<void> {
    await this.#running.get(side)?.kill();
  }

  /** Waits until bytes flow and a number of bytes was sent in all. */
  async haveSent(bytes: number): Promise<void> {
    const holder = this.#running.get('hold')!;
    const before = new Set(holder.news);
    await holder.waitFor('sent', (news) => !before.has(news) && news.bytes >= bytes);
  }

  async haveDone(): Promise<void> {
    await this.#running.get('get')?.waitFor('done');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#running.keys()].map((side) => this.kill(side)));
  }
}

/** The tasks of both sides, at addresses that do not change. */
async function tasksFor(
  from: string,
  into: string,
  ledger: string,
): Promise<Record<Side, KilledTask>> {
  const [holder, getter] = [await unusedPort(), await unusedPort()];
  const task = (role: Side, folder: string, port: number, other: number): KilledTask => {
    const node = { folder, port, tcpPort: port, members: [`127.0.0.1:${other}`] };
    return { role, node, ledger, filename, limitRate };
  };
  return { hold: task('hold', from, holder, getter), get: task('get', into, getter, holder) };
}

async function sentBytes(ledger: string): Promise<number> {
  return (await readFile(ledger)).readDoubleLE();
}

/** The unfinished files in a folder. */
async function unfinished(folder: string): Promise<string[]> {
  const hidden = join(folder, '.peerlane');
  const names = await readdir(hidden).catch(() => []);
  return names.filter((name) => name.endsWith('.part')).map((name) => join(hidden, name));
}

/** Random bytes, the same in each block but for the number of the block at both of its ends. */
class Content {
  readonly #block = randomBytes(block);

  async write(path: string): Promise<void> {
    await using file = await open(path, 'wx');
    for (let at = 0; at < size; at += block) await file.write(this.#blockAt(at));
  }

  /** The bytes of whole and correct pieces in a file. */
  async rightBytes(path: string): Promise<number> {
    await using file = await open(path);
    const piece = Buffer.alloc(pieceLength);
    let right = 0;
    for (let at = 0; at < size; at += pieceLength) {
      const { bytesRead } = await file.read(piece, 0, pieceLength, at);
      if (this.#isRight(piece.subarray(0, bytesRead), at)) right += bytesRead;
    }
    return right;
  }

  #isRight(piece: Buffer, at: number): boolean {
    for (let inside = 0; inside < pieceLength; inside += block) {
      const found = piece.subarray(inside, inside + block);
      if (!found.equals(this.#blockAt(at + inside))) return false;
    }
    return true;
  }

  #blockAt(position: number): Buffer {
    for (const end of [0, block - 4]) this.#block.writeUInt32BE(position / block, end);
    return this.#block;
  }
}

function shuffled<T>(list: readonly T[], random: () => number): T[] {
  const left = [...list];
  return list.map(() => left.splice(Math.floor(random() * left.length), 1)[0]!);
}
