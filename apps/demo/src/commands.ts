// The commands of the page: checked, and run one after the other.
import { unlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { TemporaryFolder } from '@peerlane/cli/node';
import * as z from 'zod';
import { bigFileContent, bigFileName } from './big-file.ts';
import type { Fleet } from './fleet.ts';
import { maxNodes, type Command } from './wire/command.ts';

const name: z.ZodType<string> = z.string().max(32);

const command: z.ZodType<Command> = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('get'), node: name, filename: z.string().min(1).max(255) }),
  z.strictObject({ do: z.literal('abort'), id: z.int() }),
  z.strictObject({ do: z.literal('kill'), node: name }),
  z.strictObject({ do: z.literal('start'), node: name }),
  z.strictObject({
    do: z.literal('protocol'),
    node: name,
    version: z.union([z.literal(1), z.literal(2)]),
  }),
  z.strictObject({ do: z.literal('seal'), sealed: z.boolean(), node: name.exactOptional() }),
  z.strictObject({ do: z.literal('add') }),
  z.strictObject({ do: z.literal('share') }),
  z.strictObject({
    do: z.literal('link'),
    between: z.tuple([name, name]),
    cut: z.boolean().exactOptional(),
    loss: z.number().min(0).max(1).exactOptional(),
  }),
  z.strictObject({ do: z.literal('slow'), rate: z.int().min(65_536).nullable() }),
]);

/** Runs the commands of the page. */
export class Commands {
  readonly #fleet: Fleet;
  /** The folders of added nodes, and the files that were added to other folders. */
  readonly #folders = new Map<string, TemporaryFolder>();
  readonly #files: string[] = [];
  /** Resolves when the previous command has ended, also if it failed. */
  #before: Promise<unknown> = Promise.resolve();

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
  }

  /**
   * Runs a command. Resolves when it is done; for a download when it has begun.
   *
   * @throws Error with a message for the page
   */
  async run(json: unknown): Promise<void> {
    const parsed = command.safeParse(json);
    if (!parsed.success) throw new Error('There is no such command.');
    // Commands run one after the other: a node must not be started twice at a time.
    const done = this.#before.then(() => this.#do(parsed.data));
    this.#before = done.catch(() => undefined);
    await done;
  }

  /** Removes the folders and files that were made for the demo. */
  async close(): Promise<void> {
    await this.#before;
    for (const path of this.#files) await unlink(path).catch(() => undefined);
    for (const folder of this.#folders.values()) await folder[Symbol.asyncDispose]();
  }

  async #do(wanted: Command): Promise<void> {
    const fleet = this.#fleet;
    switch (wanted.do) {
      case 'get':
        if (fleet.node(wanted.node)?.life !== 'running') {
          throw new Error(`${wanted.node} is not running.`);
        }
        // Its result is shown as that of a download.
        fleet
          .get(wanted.node, wanted.filename)
          .then(({ path }) => this.#folders.get(wanted.node)?.at(basename(path)))
          .catch(() => undefined);
        break;
      case 'abort':
        fleet.abort(wanted.id);
        break;
      case 'kill':
        await fleet.kill(wanted.node);
        break;
      case 'start':
        await fleet.restart(wanted.node);
        break;
      case 'protocol':
        await fleet.restart(wanted.node, { protocol: wanted.version });
        break;
      case 'seal':
        await fleet.seal(wanted.sealed, wanted.node);
        break;
      case 'add':
        await this.#add();
        break;
      case 'share':
        await this.#share();
        break;
      case 'link': {
        const { between, do: _do, ...how } = wanted;
        fleet.link(...between, how);
        break;
      }
      case 'slow':
        fleet.slow(wanted.rate ?? undefined);
    }
  }

  /** Adds a node that knows only node1. */
  async #add(): Promise<void> {
    const { nodes } = this.#fleet.state;
    if (nodes.length >= maxNodes) throw new Error(`${maxNodes} nodes are enough.`);
    const name = `node${nodes.length + 1}`;
    const folder = await TemporaryFolder.make('peerlane-demo-node-');
    this.#folders.set(name, folder);
    const hello = folder.at(`hello-from-${name}.txt`);
    await writeFile(hello, `Hello from ${name}!\n`, { flag: 'wx' });
    await this.#fleet.start(name, folder.path, [this.#fleet.node('node1')!.udp]);
  }

  /** Adds the big file to two nodes: a third can get it from both. */
  async #share(): Promise<void> {
    const content = bigFileContent();
    for (const name of ['node2', 'node3']) {
      const path = join(this.#fleet.folderOf(name), bigFileName);
      // An existing file, or the target of a link, is not overwritten.
      await unlink(path).catch(() => undefined);
      await writeFile(path, content, { flag: 'wx' });
      this.#files.push(path);
      await this.#fleet.refreshFiles(name);
    }
    this.#files.push(join(this.#fleet.folderOf('node1'), bigFileName));
  }
}
