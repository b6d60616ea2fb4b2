import type { Command } from '../wire/command.ts';
import type { DemoEvent, DownloadState, LinkState, NodeState, StateEvent } from '../wire/events.ts';
import type { Row } from '../wire/row.ts';
import { Sequence } from '../wire/sequence.ts';

/** What a view hears. */
export interface View {
  /** Nodes, links or downloads have changed. */
  readonly onState?: () => void;
  /** A row is new, or has changed. */
  readonly onRow?: (row: Row) => void;
  /** Everything begins anew. */
  readonly onReset?: () => void;
}

/** All that the page knows, and how it gives commands. */
export class Model {
  nodes: readonly NodeState[] = [];
  links: readonly LinkState[] = [];
  downloads: readonly DownloadState[] = [];
  rate: number | undefined;
  sequence: Sequence = new Sequence();
  /** The time that is shown, in milliseconds since 1970 began. */
  now: () => number = Date.now;
  readonly #views = new Set<View>();
  /** Which node is at the other end of a TCP connection. */
  readonly #clients = new Map<string, string>();
  #stale = false;

  /** From now on a view hears of everything; what is returned ends that. */
  show(view: View): () => void {
    this.#views.add(view);
    return () => {
      this.#views.delete(view);
    };
  }

  /** Takes what the demo tells. */
  take(event: DemoEvent): void {
    switch (event.type) {
      case 'snapshot':
      case 'node':
      case 'link':
      case 'rate':
      case 'download':
        this.#takeState(event);
        this.#changed();
        break;
      default: {
        if (event.type === 'connected') this.#clients.set(event.local, event.node);
        const row = this.sequence.take(event);
        if (!row) return;
        for (const view of this.#views) view.onRow?.(row);
      }
    }
  }

  /** The node behind a name or any address of it. */
  nodeAt(end: string): NodeState | undefined {
    const name = this.#clients.get(end) ?? end;
    return this.nodes.find((node) => [node.name, node.udp, node.tcp].includes(name));
  }

  /** The name of the node behind an address, or the address itself. */
  nameOf(end: string): string {
    return this.nodeAt(end)?.name ?? end;
  }

  /** What is between two nodes. */
  link(one: string, other: string): LinkState {
    const between: LinkState['between'] = one < other ? [one, other] : [other, one];
    return this.links.find((link) => link.between.join() === between.join()) ?? whole(between);
  }

  /**
   * Gives a command, and resolves when it was done.
   *
   * @throws Error that says what is wrong
   */
  async send(command: Command): Promise<void> {
    const response = await fetch('/command', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(command),
    });
    if (!response.ok) throw new Error((await response.text()).trim());
  }

  #takeState(event: StateEvent): void {
    switch (event.type) {
      case 'snapshot':
        this.sequence = new Sequence();
        ({ links: this.links, downloads: this.downloads } = event.state);
        this.nodes = [...event.state.nodes].sort(byName);
        this.rate = event.state.rate;
        for (const view of this.#views) view.onReset?.();
        break;
      case 'node':
        this.nodes = replaced(this.nodes, event.node, ({ name }) => name).sort(byName);
        break;
      case 'link':
        this.links = replaced(this.links, event.link, ({ between }) => between.join());
        break;
      case 'rate':
        this.rate = event.rate;
        break;
      case 'download':
        this.downloads = replaced(this.downloads, event.download, ({ id }) => id);
    }
  }

  /** Tells the views, once for all that comes in one go. */
  #changed(): void {
    if (this.#stale) return;
    this.#stale = true;
    queueMicrotask(() => {
      this.#stale = false;
      for (const view of this.#views) view.onState?.();
    });
  }
}

function byName(one: NodeState, other: NodeState): number {
  return one.name < other.name ? -1 : 1;
}

function whole(between: LinkState['between']): LinkState {
  return { between, cut: false, loss: 0 };
}

function replaced<T>(list: readonly T[], item: T, keyOf: (item: T) => unknown): T[] {
  const index = list.findIndex((other) => keyOf(other) === keyOf(item));
  return index === -1 ? [...list, item] : list.with(index, item);
}
