// The cluster as the steps of the tour use it: they send commands, and wait for messages.
import type { Command } from '../../wire/command.ts';
import type { NodeState } from '../../wire/events.ts';
import type { Fate, Row } from '../../wire/row.ts';
import type { Model } from '../model.ts';

/** A silence of this length means that all has been said, in milliseconds. */
const calmness = 400;

/** How long a message that the tour opens stays open at least, in milliseconds: it has to be seen. */
const glance = 1500;

/** The properties of a message to find; the ends are names of nodes. */
export interface Like {
  readonly kind: Row['kind'];
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly fate?: Fate;
  /** The message after which it left. */
  readonly after?: Row;
  /** The Get that it answers. */
  readonly answers?: Row | undefined;
}

/** The ways in which a step shows what happens. */
export interface Narrator {
  /** Opens a message. */
  open(row: Row): void;
  /** Says what happens, in words that may change with the time. */
  say(words: (now: number) => string): void;
}

/** The cluster for the steps of the tour: it runs commands and finds messages. */
export class Stage {
  readonly #model: Model;
  readonly #send: (command: Command) => Promise<void>;
  readonly #narrator: Narrator;
  readonly #waiting = new Map<() => void, (error: Error) => void>();
  readonly #leave: () => void;
  /** The last download before the step began. */
  #lastDownload = 0;
  #since = 0;

  constructor(model: Model, send: (command: Command) => Promise<void>, narrator: Narrator) {
    this.#model = model;
    this.#send = send;
    this.#narrator = narrator;
    const look = (): void => {
      for (const waiting of this.#waiting.keys()) waiting();
    };
    this.#leave = model.show({ onState: look, onRow: look });
  }

  /** The step is over, or was left: whatever still waits in it is rejected. */
  end(): void {
    this.#leave();
    for (const reject of this.#waiting.values()) reject(new Error('the step was left'));
    this.#waiting.clear();
  }

  /** A step begins: from now on messages count, with all nodes up and open, and all links whole. */
  async begin(): Promise<void> {
    await this.seal(false);
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

  async seal(sealed: boolean): Promise<void> {
    if (this.#model.nodes.every(({ isSealed }) => isSealed === sealed)) return;
    await this.#send({ do: 'seal', sealed });
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

  /** The first message of a kind, as soon as there is one. */
  async first(like: Like): Promise<Row> {
    await this.until(() => this.find(like) !== undefined);
    return this.find(like)!;
  }

  /** The last message of a kind, and how many there were. */
  latest(like: Like): readonly [row: Row, count: number] {
    const rows = [...this.#like(like)];
    return [rows.at(-1)!, rows.length];
  }

  /** Opens a message, and leaves it open for a moment. */
  async show(row: Row): Promise<void> {
    this.#narrator.open(row);
    await pause(glance);
  }

  /** Says what happens, in words that may change with the time. */
  say(words: (now: number) => string): void {
    this.#narrator.say(words);
  }

  /** Waits until no node has sent a message for a while. */
  async calm(): Promise<void> {
    const last = (): number => this.#model.sequence.rows.at(-1)?.at ?? 0;
    while (Date.now() - last() < calmness) await pause(calmness / 4);
  }

  /** Waits until a condition holds. */
  async until(condition: () => boolean): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const look = (): void => {
        if (!condition()) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.set(look, reject);
      look();
    });
  }

  *#like({ kind, from, to, fate, after, answers }: Like): Generator<Row, undefined> {
    for (const row of this.#model.sequence.rows) {
      if (row.id <= this.#since || row.kind !== kind) continue;
      if (from !== undefined && this.#model.nameOf(row.from) !== from) continue;
      if (to !== undefined && this.#model.nameOf(row.to) !== to) continue;
      if (fate !== undefined && row.fate !== fate) continue;
      if (answers !== undefined && row.answers !== answers) continue;
      if (after === undefined || row.at > after.at) yield row;
    }
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
