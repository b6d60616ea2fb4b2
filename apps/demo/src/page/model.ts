// The state of the demo as one part of the page shows it, and the commands of the page.
import type { Command } from '../wire/command.ts';
import type {
  DemoEvent,
  DemoState,
  DownloadState,
  LinkState,
  NodeState,
  StateEvent,
} from '../wire/events.ts';
import type { Row } from '../wire/row.ts';
import { Sequence } from '../wire/sequence.ts';
import { stateAfter } from './state.ts';

/** The callbacks of a view, for changes of the model. */
export interface View {
  /** Nodes, links or downloads have changed. */
  readonly onState?: () => void;
  /** A row is new, or has changed. */
  readonly onRow?: (row: Row) => void;
  /** All earlier rows are gone. */
  readonly onReset?: () => void;
}

/** The state that a part of the page shows, and the way to give commands. */
export class Model {
  sequence: Sequence = new Sequence();
  /** The time that is shown, in milliseconds since 1970 began. */
  readonly now: () => number;
  /** Whether events are only shown to get to a later one. */
  isPast = false;
  #state: DemoState = { nodes: [], links: [], downloads: [], key: '' };
  readonly #views = new Set<View>();
  /** The name of the node at the other end of each TCP connection. */
  readonly #clients = new Map<string, string>();
  #stale = false;

  constructor(now: () => number = Date.now) {
    this.now = now;
  }

  get nodes(): readonly NodeState[] {
    return this.#state.nodes;
  }

  get links(): readonly LinkState[] {
    return this.#state.links;
  }

  get downloads(): readonly DownloadState[] {
    return this.#state.downloads;
  }

  /** How many bytes a connection carries in a second; `undefined` for all that it can. */
  get rate(): number | undefined {
    return this.#state.rate;
  }

  /** Adds a view. The result removes it. */
  show(view: View): () => void {
    this.#views.add(view);
    return () => {
      this.#views.delete(view);
    };
  }

  /** Applies an event of the demo. Returns whether it brought a new message. */
  apply(event: DemoEvent): boolean {
    if (isState(event)) {
      this.#state = stateAfter(this.#state, event);
      if (event.type === 'snapshot') {
        this.sequence = new Sequence();
        for (const view of this.#views) view.onReset?.();
      }
      this.#changed();
      return false;
    }
    if (event.type === 'connected') this.#clients.set(event.local, event.node);
    const { lastId } = this.sequence;
    const row = this.sequence.apply(event);
    if (!row) return false;
    for (const view of this.#views) view.onRow?.(row);
    return row.id > lastId;
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

  /** The link between two nodes. */
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
    const response = await fetch('command', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(command),
    });
    if (!response.ok) throw new Error((await response.text()).trim());
  }

  /** Notifies the views, once for all changes of one task. */
  #changed(): void {
    if (this.#stale) return;
    this.#stale = true;
    queueMicrotask(() => {
      this.#stale = false;
      for (const view of this.#views) view.onState?.();
    });
  }
}

function isState(event: DemoEvent): event is StateEvent {
  return !('at' in event);
}

function whole(between: LinkState['between']): LinkState {
  return { between, cut: false, loss: 0 };
}
