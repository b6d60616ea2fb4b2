// The nodes of the demo: starts, stops and kills them, and keeps their state for the page.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ClusterKey } from '@peerlane/cli/node';
import { Downloads } from './downloads.ts';
import { Journal } from './journal.ts';
import { Links } from './link/links.ts';
import { NodeProcess, type Got } from './node-process.ts';
import type { NodeNews } from './node-messages.ts';
import type { DemoState, NodeState } from './wire/events.ts';

/** A node, and the settings for its next start. */
interface Place {
  readonly folder: string;
  readonly members: readonly string[];
  state: NodeState;
  process?: NodeProcess;
}

/** The settings of a node that its next start can change. */
type Changes = Partial<Pick<NodeState, 'protocol' | 'isSealed'>>;

/** The nodes of the demo, each a process, and the links between them. */
export class Fleet {
  /** The events of the nodes. */
  readonly journal: Journal = new Journal();
  readonly #places = new Map<string, Place>();
  readonly #links = new Links();
  readonly #downloads = new Downloads((download) => {
    this.journal.emit({ type: 'download', download });
  });
  readonly #key = ClusterKey.generate().reveal();
  #closed = false;

  /** The state of the demo. */
  get state(): DemoState {
    return {
      nodes: [...this.#places.values()].map(({ state }) => state),
      links: this.#links.list(),
      rate: this.#links.rate,
      downloads: this.#downloads.list(),
      key: this.#key,
    };
  }

  /** The node of a name; `undefined` if there is none. */
  node(name: string): NodeState | undefined {
    return this.#places.get(name)?.state;
  }

  /**
   * Starts a node that shares a folder and knows a few members, and waits until it listens. It is sealed
   * if all others are.
   *
   * @throws Error with the message of a node that cannot be started
   */
  async start(name: string, folder: string, members: readonly string[]): Promise<NodeState> {
    const others = [...this.#places.values()];
    const state: NodeState = {
      name,
      udp: '',
      tcp: '',
      protocol: 2,
      isSealed: others.length > 0 && others.every(({ state }) => state.isSealed),
      life: 'starting',
      members: [],
      files: [],
    };
    const place: Place = { folder, members, state };
    this.#places.set(name, place);
    await this.#launch(place);
    return place.state;
  }

  /**
   * Starts a killed node on its ports, or restarts a node with other settings.
   *
   * @throws Error if a sealed node would have to speak version 1
   */
  async restart(name: string, changes: Changes = {}): Promise<void> {
    const place = this.#place(name);
    if (place.state.isSealed && changes.protocol === 1) {
      throw new Error(`${name} is sealed: version 1 has no seal.`);
    }
    await place.process?.stop();
    await this.#launch(place, changes);
  }

  /** Seals or opens a node or, without a name, all of them. Those that run start again. */
  async seal(isSealed: boolean, name?: string): Promise<void> {
    const wanted = name === undefined ? [...this.#places.values()] : [this.#place(name)];
    const places = wanted.filter(({ state }) => state.isSealed !== isSealed);
    const running = places.filter(({ process }) => process);
    await Promise.all(running.map(async ({ process }) => process?.stop()));
    const changes: Changes = { isSealed, ...(isSealed && { protocol: 2 }) };
    // One after the other: each finds those that it knows.
    for (const place of places) {
      if (running.includes(place)) await this.#launch(place, changes);
      else this.#change(place, changes);
    }
  }

  /** Kills a node without a warning. */
  async kill(name: string): Promise<void> {
    await this.#place(name).process?.kill();
  }

  /**
   * Downloads a file into a node's folder.
   *
   * @throws Error with the message of the node
   */
  async get(name: string, filename: string): Promise<Got> {
    const { process } = this.#place(name);
    if (!process) throw new Error(`${name} is not running.`);
    const got = await this.#downloads.run(name, filename, process);
    await this.refreshFiles(name);
    return got;
  }

  /** Aborts a download. */
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
    this.journal.emit({ type: 'link', link });
  }

  /** Sets the rate of connections in bytes per second; `undefined` for no limit. */
  slow(rate: number | undefined): void {
    this.#links.rate = rate;
    this.#applyRules();
    this.journal.emit({ type: 'rate', rate });
  }

  /** Reads the names in a node's folder again. */
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

  async #launch(place: Place, changes: Changes = {}): Promise<void> {
    if (this.#closed) throw new Error('The demo is over.');
    const { folder, members } = place;
    this.#change(place, { ...changes, life: 'starting', members: [] });
    const { name, udp, tcp, protocol, isSealed } = place.state;
    const key = isSealed ? this.#key : undefined;
    const settings = { folder, members, protocol, key, port: portOf(udp), tcpPort: portOf(tcp) };
    const rules = this.#links.rulesOf(name, this.state.nodes);
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
    this.journal.emit({ type: 'node', node: place.state });
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
