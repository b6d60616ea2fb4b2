// Downloads of a folder of which one side is killed again and again.
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import type { PeerAddress } from '@peerlane/protocol';
import { GatedProxy } from '../support/gated-proxy.ts';
import { temporaryFolder } from '../support/helpers.ts';
import { PeerProcess } from '../support/peer-process.ts';
import { Random } from '../support/random.ts';

/** `KILLS=10` asks for more. */
const kills = Number(process.env.KILLS ?? 3);

const [small, large] = [16 * 1024, 5 * 1024 * 1024];

/** The most that the list of the folder, the requests and the answers have besides the files, in bytes. */
const wordsPerFile = 1024;

/** The files of the folder `photos`, by their paths in it. */
const contents = new Map<string, Buffer>();
for (let file = 0; file < 400; file += 1)
  contents.set(join(`part-${file % 8}`, `file-${file}`), randomBytes(small));
for (let file = 0; file < 3; file += 1) contents.set(`large-${file}`, randomBytes(large));

const words = wordsPerFile * contents.size;
const total = bytesOf(contents.keys());

/** The most that is on its way at a time: two packs of 1 MiB, and large files that are not complete. */
const inFlight = 2 * 1024 * 1024 + 2 * large + words;

function bytesOf(names: Iterable<string>): number {
  return [...names].reduce((sum, name) => sum + contents.get(name)!.length, 0);
}

async function makeFolder(): Promise<string> {
  const folder = join(await temporaryFolder(), 'photos');
  for (const [name, content] of contents) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return folder;
}

/** The files that have their names in a folder, which must be whole, with what tells whether one was written again. */
async function landed(into: string): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (const name of contents.keys()) {
    const path = join(into, 'photos', name);
    const known = await stat(path).catch(() => undefined);
    if (!known) continue;
    expect((await readFile(path)).equals(contents.get(name)!), name).toBe(true);
    found.set(name, known.ino);
  }
  return found;
}

/** A download through a proxy, of which one side is killed when the proxy has let so much through. */
class Scene {
  readonly #random = new Random();
  readonly #folder: string;
  readonly #into: string;
  readonly #proxy: GatedProxy;
  #before = new Map<string, number>();
  #passed = 0;

  private constructor(folder: string, into: string, proxy: GatedProxy) {
    this.#folder = folder;
    this.#into = into;
    this.#proxy = proxy;
  }

  static async make(): Promise<Scene> {
    return new Scene(await makeFolder(), await temporaryFolder(), await GatedProxy.start());
  }

  async serve(): Promise<{ server: PeerProcess; address: PeerAddress }> {
    const server = new PeerProcess({ role: 'serve-tree', folder: this.#folder });
    return { server, address: (await server.message('listening')).address };
  }

  async client(): Promise<PeerProcess> {
    const task = { folder: 'photos', into: this.#into, address: this.#proxy.address };
    const client = new PeerProcess({ role: 'download-tree', ...task });
    await client.message('ready');
    return client;
  }

  /** Lets some of the folder through, and waits, each second time until that has its names. */
  async letSomeThrough(address: PeerAddress, kill: number): Promise<void> {
    const budget = words + Math.floor(this.#random.below((total / kills) * 0.8));
    this.#proxy.open(address, budget);
    await this.#proxy.usedUp;
    this.#passed += budget;
    if (kill % 2 === 0) return;
    const wanted = Math.min(this.#passed, total) - kill * inFlight;
    await vi.waitFor(async () => {
      expect(bytesOf((await landed(this.#into)).keys())).toBeGreaterThanOrEqual(wanted);
    });
  }

  /** The server is gone. */
  cut(): void {
    this.#proxy.cut();
  }

  /** After a kill: whatever has a name is whole, and what had one before was not written again. */
  async expectKept(): Promise<void> {
    const after = await landed(this.#into);
    expect([...after], this.#random.seed).toEqual(expect.arrayContaining([...this.#before]));
    this.#before = after;
  }

  /** The last run fetches what had no name, and no more. */
  async expectCompletion(client: PeerProcess, address: PeerAddress): Promise<void> {
    const missing = [...contents.keys()].filter((name) => !this.#before.has(name));
    this.#proxy.open(address, Infinity);
    const outcome = await client.download();
    expect(outcome, this.#random.seed).toMatchObject({ type: 'done-tree', problems: 0 });
    expect(outcome).toMatchObject({ fetchedFiles: missing.length });
    expect(this.#proxy.passed, this.#random.seed).toBeLessThanOrEqual(bytesOf(missing) + words);
    await this.expectKept();
    expect(this.#before.size).toBe(contents.size);
    expect(await readdir(this.#into)).toEqual(['photos']);
  }
}

it('A client that is killed again and again goes on with what is missing, and fetches nothing again that has its name', async () => {
  const scene = await Scene.make();
  const { address } = await scene.serve();
  for (let kill = 0; kill < kills; kill += 1) {
    const client = await scene.client();
    client.go();
    await scene.letSomeThrough(address, kill);
    await client.kill();
    await scene.expectKept();
  }
  await scene.expectCompletion(await scene.client(), address);
});

it('A server that is killed again and again costs what was on its way', async () => {
  const scene = await Scene.make();
  const client = await scene.client();
  for (let kill = 0; kill < kills; kill += 1) {
    const { server, address } = await scene.serve();
    const outcome = client.download();
    await scene.letSomeThrough(address, kill);
    await server.kill();
    scene.cut();
    expect((await outcome).type).toBe('failed');
    await scene.expectKept();
  }
  const { address } = await scene.serve();
  await scene.expectCompletion(client, address);
});
