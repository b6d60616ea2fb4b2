import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Downloads } from './downloads.ts';
import { Journal } from './journal.ts';
import { Links } from './link/links.ts';
import { NodeProcess, type Got } from './node-process.ts';
import type { NodeNews } from './node-messages.ts';
import type { DemoState, NodeState } from './wire/events.ts';

/** A node and what it is started with again. */
interface Place {
  readonly folder: string;
  readonly cluster: readonly string[];
  state: NodeState;
  process?: NodeProcess;
}

/** The nodes of the demo, each a process, and the links between them. */
export class Fleet {
  /** All that happens. */
  readonly journal: Journal = new Journal();
  readonly #places = new Map<string, Place>();
  readonly #links = new Links();
  readonly #downloads = new Downloads((download) => {
    this.journal.tell({ type: 'download', download });
  });
  #closed = false;

  /** How everything is. */
  get state(): DemoState {
    return {
      nodes: [...this.#places.values()].map(({ state }) => state),
      links: this.#links.list(),
      rate: this.#links.rate,
      downloads: this.#downloads.list(),
    };
  }

  /** A node, if there is one of that name. */
  node(name: string): NodeState | undefined {
    return this.#places.get(name)?.state;
  }

  /**
   * Starts a node that shares a folder and knows a few members, and waits until it listens.
   *
   * @throws Error where it cannot be started, with its own words
   */
  async start(name: string, folder: string, cluster: readonly string[]): Promise<NodeState> {
    const state: NodeState = {
      name,
      udp: '',
      tcp: '',
      protocol: 2,
      life: 'starting',
      members: [],
      files: [],
    };
    const place: Place = { folder, cluster, state };
    this.#places.set(name, place);
    await this.#launch(place);
    return place.state;
  }

  /** Starts a node that was killed, on its ports; with another version, one that runs as well. */
  async restart(name: string, protocol?: 1 | 2): Promise<void> {
    const place = this.#place(name);
    await place.process?.stop();
    await this.#launch(place, protocol);
  }

  /** Kills a node with a signal that it never hears of. */
  async kill(name: string): Promise<void> {
    await this.#place(name).process?.kill();
  }

  /**
   * Downloads a file into a node's folder.
   *
   * @throws Error with the node's own words
   */
  async get(name: string, filename: string): Promise<Got> {
    const { process } = this.#place(name);
    if (!process) throw new Error(`${name} is not running.`);
    const got = await this.#downloads.run(name, filename, process);
    await this.refreshFiles(name);
    return got;
  }

  /** Gives up a download. */
  abort(id: number): void {
    this.#downloads.abort(id);
  }

  /** Changes the link between two nodes. */
  link(one: string, other: string, how: { readonly cut?: boolean; readonly loss?: number }): void {
    if (one === other) throw new Error('A link is between two nodes.');
    const link = this.#links.change(
      this.#place(one).state.name,
      this.#place(other).state.name,
      how,
    );
    this.#applyRules();
    this.journal.tell({ type: 'link', link });
  }

  /** Changes how many bytes a connection carries in a second; `undefined` for all that it can. */
  slow(rate: number | undefined): void {
    this.#links.rate = rate;
    this.#applyRules();
    this.journal.tell({ type: 'rate', rate });
  }

  /** Reads again what lies in a node's folder. */
  async refreshFiles(name: string): Promise<void> {
    const place = this.#place(name);
    const names = (await readdir(place.folder)).filter((file) => !file.startsWith('.')).sort();
    const files = await Promise.all(
      names.map(async (file) => ({
        name: file,
        size: (await stat(join(place.folder, file))).size,
      })),
    );
    this.#change(place, { files });
  }

  /** The folder of a node. */
  folderOf(name: string): string {
    return this.#place(name).folder;
  }

  /** Stops every node, and waits until each has ended. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(
      [...this.#places.values()].map(async ({ process }) => {
        await process?.stop();
      }),
    );
  }

  async #launch(place: Place, protocol: 1 | 2 = place.state.protocol): Promise<void> {
    if (this.#closed) throw new Error('The demo is over.');
    const { folder, cluster } = place;
    const { name, udp, tcp } = place.state;
    const settings = { folder, cluster, protocol, port: portOf(udp), tcpPort: portOf(tcp) };
    const rules = this.#links.rulesOf(name, this.state.nodes);
    this.#change(place, { protocol, life: 'starting', members: [] });
    const process = new NodeProcess(name, settings, rules, (news) => {
      this.#hear(place, news);
    });
    place.process = process;
    void process.ended.then(() => {
      if (place.process !== process) return;
      delete place.process;
      this.#change(place, { life: 'killed', members: [] });
    });
    try {
      const addresses = await process.started();
      this.#change(place, { ...addresses, life: 'running' });
    } catch (error) {
      await process.stop();
      this.#change(place, { life: 'failed' });
      throw error;
    }
    await this.refreshFiles(name);
    this.#applyRules();
  }

  #hear(place: Place, news: NodeNews): void {
    const { name: node } = place.state;
    switch (news.type) {
      case 'members':
        this.#change(place, { members: news.members });
        break;
      case 'datagram':
      case 'dataHead':
        this.journal.note({ ...news, node, bytes: base64(news.bytes) });
        break;
      case 'transfer': {
        const { bytes, ...rest } = news;
        this.journal.note({ ...rest, node, ...(bytes && { bytes: base64(bytes) }) });
        break;
      }
      default:
        this.journal.note({ ...news, node });
    }
  }

  #change(place: Place, change: Partial<NodeState>): void {
    place.state = { ...place.state, ...change };
    this.journal.tell({ type: 'node', node: place.state });
  }

  #applyRules(): void {
    const { nodes } = this.state;
    for (const { process, state } of this.#places.values()) {
      process?.apply(this.#links.rulesOf(state.name, nodes));
    }
  }

  #place(name: string): Place {
    const place = this.#places.get(name);
    if (!place) throw new Error('There is no such node.');
    return place;
  }
}

function portOf(address: string): number {
  return Number(address.slice(address.lastIndexOf(':') + 1));
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
