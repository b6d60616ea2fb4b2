// Finds the Get that each File answers.
import type { Row } from './row.ts';

/** The latest question of each node to each other one: one Get, or the same Get several times. */
export class Questions {
  readonly #asked = new Map<string, readonly Row[]>();
  readonly #answered = new WeakSet<Row>();

  /** A Get has left. */
  ask(get: Row): void {
    const key = `${get.from} ${get.to}`;
    const before = this.#asked.get(key) ?? [];
    const { filename, req } = get.ties ?? {};
    const isRepeated = before.some(({ ties }) => ties?.filename === filename && ties?.req === req);
    // The same Get after an answer is a new question: version 1 gives questions no names.
    const isOpen = isRepeated && !before.some((row) => this.#answered.has(row));
    this.#asked.set(key, isOpen ? [...before, get] : [get]);
  }

  /** A File has left: notes the Get that it answers, and how long that took. */
  answer(file: Row): void {
    const asked = this.#asked.get(`${file.to} ${file.from}`) ?? [];
    const heard = asked.filter(({ fate }) => fate !== 'lost' && fate !== 'refused');
    const req = file.ties?.req;
    // A peer of version 1 answers repeated Gets once, ten seconds after the first.
    const get = req === undefined ? heard[0] : heard.findLast(({ ties }) => ties?.req === req);
    if (!get) return;
    this.#answered.add(get);
    file.answers = get;
    file.waited = file.at - get.at;
  }
}
