// The timers of the nodes, as far as they follow from what has crossed the wire.
import type { DownloadState, NodeState } from '../../wire/events.ts';
import type { Row } from '../../wire/row.ts';
import { answerDelay, period, retryDelay } from '../../wire/timing.ts';
import type { Model } from '../model.ts';

/** A wait that will be over. */
export interface Timer {
  /** The node that waits, or its link to the one that it waits for, as `node1–node2`. */
  readonly place: string;
  readonly kind: 'discover' | 'answer' | 'retry';
  /** The event that ends the wait. */
  readonly text: string;
  /** When, in milliseconds since 1970 began. */
  readonly due: number;
}

/** The Gets of one request from one node to another. */
interface Question {
  readonly first: Row;
  last: Row;
  count: number;
  isAnswered: boolean;
}

/** How long a timer stays when it is due, in milliseconds. */
const grace = 1000;

/** All waits at the time that a model shows. */
export function timersOf(model: Model): Timer[] {
  const now = model.now();
  const timers = [...discoverTimers(model), ...questionTimers(model)];
  return timers.filter(({ due }) => due > now - grace);
}

function discoverTimers(model: Model): Timer[] {
  const last = new Map<string, Row>();
  for (const row of model.sequence.rows) {
    if (row.kind !== 'discover' || !row.ties) continue;
    const name = model.nameOf(row.from);
    const before = last.get(name);
    // Version 1 also answers newcomers between its broadcasts.
    const isLater = !before || row.at > before.at + 0.9 * period;
    if (row.ties.isBroadcast ?? (isLater || before.ties?.isBroadcast !== undefined)) {
      last.set(name, row);
    }
  }
  return model.nodes.flatMap(({ name, life }) => {
    const row = last.get(name);
    if (life !== 'running' || !row) return [];
    return [{ place: name, kind: 'discover', text: 'DISCOVER', due: row.at + period }];
  });
}

function questionTimers(model: Model): Timer[] {
  const timers: Timer[] = [];
  for (const question of questionsOf(model.sequence.rows)) {
    const { first, last, isAnswered, count } = question;
    const [asker, asked] = [model.nodeAt(first.from), model.nodeAt(first.to)];
    if (isAnswered || !asker || !asked || !isSearching(model.downloads, asker, first)) continue;
    const place = [asker.name, asked.name].sort().join('–');
    if (isDelayed(first, asker, asked)) {
      const text = `${asked.name} answers`;
      timers.push({ place, kind: 'answer', text, due: first.at + answerDelay });
    } else if (asker.protocol === 2) {
      const due = last.at + retryDelay(asked.protocol, count);
      timers.push({ place, kind: 'retry', text: `${asker.name} asks again`, due });
    }
  }
  return timers;
}

function questionsOf(rows: readonly Row[]): Iterable<Question> {
  const questions = new Map<string, Question>();
  for (const row of rows) {
    const get = row.kind === 'get' ? row : row.answers;
    if (!get) continue;
    const key = [get.from, get.to, get.ties?.req, get.ties?.filename].join('\n');
    const question = questions.get(key);
    if (row.kind === 'file') {
      if (question) question.isAnswered = true;
    } else if (!question || question.isAnswered) {
      questions.set(key, { first: row, last: row, count: 1, isAnswered: false });
    } else {
      question.last = row;
      question.count += 1;
    }
  }
  return questions.values();
}

function isSearching(downloads: readonly DownloadState[], { name }: NodeState, get: Row): boolean {
  return downloads.some(
    ({ node, filename, phase, since }) =>
      node === name &&
      filename === get.ties?.filename &&
      phase === 'searching' &&
      get.at > since - grace,
  );
}

/** Whether the answer is delayed: in version 1 only an asker with priority is answered at once. */
function isDelayed({ fate, ties }: Row, asker: NodeState, asked: NodeState): boolean {
  const isOfVersion1 = asker.protocol === 1 || asked.protocol === 1;
  const hasFile = asked.files.some(({ name }) => name === ties?.filename);
  return fate === 'received' && isOfVersion1 && hasFile && asked.life === 'running';
}
