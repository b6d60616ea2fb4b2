import type { Command } from '../../wire/command.ts';
import type { NodeState } from '../../wire/events.ts';
import type { Fate, Row } from '../../wire/sequence.ts';
import type { Model } from '../model.ts';

/** A silence of this length means that all has been said, in milliseconds. */
const calmness = 400;

/** What a message is like that is looked for; ends are names of nodes. */
export interface Like {
  readonly kind: Row['kind'];
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly fate?: Fate;
}

/** What the steps of the tour do with the cluster, and how they see what came of it. */
export class Stage {
  readonly #model: Model;
  readonly #send: (command: Command) => Promise<void>;
  readonly #waiting = new Set<() => void>();
  /** The last download before the step began. */
  #lastDownload = 0;
  #since = 0;

  constructor(model: Model, send: (command: Command) => Promise<void>) {
    this.#model = model;
    this.#send = send;
    const look = (): void => {
      for (const waiting of this.#waiting) waiting();
    };
    model.show({ onState: look, onRow: look });
  }

  /** A step begins: from now on messages count, with all nodes up and all links whole. */
  async begin(): Promise<void> {
    for (const { name, life } of this.#model.nodes) {
      if (life === 'killed') await this.#send({ do: 'start', node: name });
    }
    for (const { between, cut, loss } of this.#model.links) {
      if (cut || loss > 0) await this.#send({ do: 'link', between, cut: false, loss: 0 });
    }
    this.#since = this.#model.sequence.rows.at(-1)?.id ?? 0;
    this.#lastDownload = this.#model.downloads.at(-1)?.id ?? 0;
  }

  running(): readonly NodeState[] {
    return this.#model.nodes.filter(({ life }) => life === 'running');
  }

  /** The node that came last. */
  newcomer(): NodeState | undefined {
    return this.#model.nodes.length > 3 ? this.#model.nodes.at(-1) : undefined;
  }

  addNode(): Promise<void> {
    return this.#send({ do: 'add' });
  }

  get(node: string, filename: string): Promise<void> {
    return this.#send({ do: 'get', node, filename });
  }

  async version(node: string, version: 1 | 2): Promise<void> {
    if (this.#model.nodeAt(node)?.protocol === version) return;
    await this.#send({ do: 'protocol', node, version });
  }

  cut(one: string, other: string, cut: boolean): Promise<void> {
    return this.#send({ do: 'link', between: [one, other], cut });
  }

  /** Whether a file has arrived since the step began. */
  downloaded(): boolean {
    return this.#model.downloads.some(
      ({ id, phase }) => id > this.#lastDownload && phase === 'done',
    );
  }

  /** The first message of a kind since the last step that did something. */
  find(like: Like): Row | undefined {
    return this.#like(like).next().value;
  }

  /** How many messages of a kind there were since. */
  count(like: Like): number {
    return [...this.#like(like)].length;
  }

  /** Until everyone has said what there was to say. */
  async calm(): Promise<void> {
    const last = (): number => this.#model.sequence.rows.at(-1)?.at ?? 0;
    while (Date.now() - last() < calmness) await pause();
  }

  /** Until something has happened. */
  async until(condition: () => boolean): Promise<void> {
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (!condition()) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  *#like({ kind, from, to, fate }: Like): Generator<Row, undefined> {
    for (const row of this.#model.sequence.rows) {
      if (row.id <= this.#since || row.kind !== kind) continue;
      if (from !== undefined && this.#model.nameOf(row.from) !== from) continue;
      if (to !== undefined && this.#model.nameOf(row.to) !== to) continue;
      if (fate === undefined || row.fate === fate) yield row;
    }
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, calmness / 4);
  });
}
