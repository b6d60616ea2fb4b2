// The sequence diagram: a column for each node, a line for each message or round of DISCOVERs.
import type { Row } from '../../wire/row.ts';
import { byId, h } from '../dom.ts';
import { ExportButtons } from '../export/export-buttons.ts';
import type { Model } from '../model.ts';
import { arrivalTimeout } from '../words.ts';
import { Filters } from './filters.ts';
import { inspect } from './inspector.ts';
import { moveFocus } from './move-focus.ts';
import { foldRounds, isRound, type Round } from './rounds.ts';
import { filterRows } from './row-filter.ts';
import { roundLine, rowLine, showGap } from './row-line.ts';
import { Scroller } from './scroller.ts';

/** The most messages that are on the page: the newest. */
const shownRows = 400;

/** Shows the messages of a model. */
export class Diagram {
  readonly #model: Model;
  readonly #list = byId('rows');
  readonly #scroller = new Scroller(() => this.#open !== undefined);
  readonly #filters: Filters;
  readonly #export: ExportButtons;
  readonly #lines = new Map<number, HTMLLIElement>();
  readonly #rounds = new Map<string, HTMLLIElement>();
  /** The keys of the rounds that are unfolded, and of the message that is open. */
  readonly #unfolded = new Set<string>();
  #open: string | undefined;
  readonly #stale = new Set<Row>();
  #isWaiting = false;
  #lanes = '';

  constructor(model: Model) {
    this.#model = model;
    this.#export = new ExportButtons(model);
    this.#filters = new Filters(model, () => {
      this.#rounds.clear();
      this.#arrange();
      this.#scroller.followNewest();
    });
    model.show({
      onRow: (row) => {
        this.#stale.add(row);
        this.#drawSoon();
      },
      onState: () => {
        this.#drawLanes();
      },
      onReset: () => {
        this.#reset();
      },
    });
    byId('diagram').addEventListener('keydown', (event) => {
      moveFocus(this.#list, event);
    });
    // A message counts as unheard only after some time, without an event.
    setInterval(() => {
      const old = this.#model.now() - arrivalTimeout;
      for (const row of this.#model.sequence.rows) {
        if (row.fate === 'sent' && row.at < old && row.at > old - 3 * arrivalTimeout)
          this.#stale.add(row);
      }
      if (this.#stale.size > 0) this.#drawSoon();
    }, 500);
  }

  /** Opens a row, and brings it into view. */
  open(row: Row): void {
    if (!this.#model.sequence.rows.includes(row)) return;
    if (!filterRows(this.#filters.filter, this.#model).includes(row)) this.#filters.showKind(row);
    this.#unfolded.add(keyOf(row));
    if (this.#open !== keyOf(row)) this.#toggle(row);
    this.#arrange();
    const line = this.#lines.get(row.id);
    if (line) this.#scroller.goTo(line);
  }

  #reset(): void {
    this.#lines.clear();
    this.#rounds.clear();
    this.#stale.clear();
    this.#drawSoon();
  }

  #drawLanes(): void {
    const { nodes } = this.#model;
    const lanes = JSON.stringify(nodes.map(({ name, life }) => [name, life]));
    if (lanes === this.#lanes) return;
    const renamed = nodes.length !== (JSON.parse(this.#lanes || '[]') as unknown[]).length;
    this.#lanes = lanes;
    byId('diagram').style.setProperty('--lanes', String(nodes.length));
    byId('lanes').replaceChildren(
      ...nodes.map(({ name, life }) => h('span', { class: `lane ${life}` }, name)),
    );
    if (!renamed) return;
    this.#rounds.clear();
    for (const row of this.#model.sequence.rows) if (this.#lines.has(row.id)) this.#draw(row);
    this.#arrange();
  }

  #drawSoon(): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    requestAnimationFrame(() => {
      this.#isWaiting = false;
      this.#arrange();
      this.#scroller.followNewest();
    });
  }

  /** Brings the lines on the page into agreement with the messages and the filters. */
  #arrange(): void {
    for (const row of this.#stale) if (this.#lines.has(row.id)) this.#draw(row);
    this.#stale.clear();
    const passing = filterRows(this.#filters.filter, this.#model);
    this.#export.offer(passing);
    const rows = passing.slice(-shownRows);
    const items = this.#filters.isFolding ? foldRounds(rows) : rows;
    const lines = new Set<HTMLElement>();
    let before: Row | undefined;
    for (const item of items) {
      const first = isRound(item) ? item.rows[0]! : item;
      const shown = isRound(item) ? this.#linesOf(item) : [this.#lineOf(item)];
      showGap(shown[0]!, before ? first.at - before.at : 0);
      for (const line of shown.slice(1)) showGap(line, 0);
      for (const line of shown) lines.add(line);
      before = isRound(item) ? item.rows.at(-1) : item;
    }
    this.#place(lines);
    const { rows: all } = this.#model.sequence;
    const empty = byId('empty');
    empty.hidden = lines.size > 0;
    empty.textContent =
      all.length > 0 ? 'No message is like that.' : 'Nothing has crossed the wire yet.';
  }

  #place(lines: ReadonlySet<HTMLElement>): void {
    for (const line of [...this.#list.children]) {
      if (!lines.has(line as HTMLElement)) line.remove();
    }
    for (const kept of [this.#lines, this.#rounds] as Map<unknown, HTMLElement>[]) {
      for (const [key, line] of kept) if (!lines.has(line)) kept.delete(key);
    }
    let next = this.#list.firstElementChild;
    for (const line of lines) {
      if (line === next) next = next.nextElementSibling;
      else this.#list.insertBefore(line, next);
    }
  }

  /** A round's own line, and below it those of its messages if it is unfolded. */
  #linesOf(round: Round): HTMLLIElement[] {
    const isOpen = round.rows.some((row) => this.#unfolded.has(keyOf(row)));
    const key = `${isOpen} ${round.rows.map(({ id, fate }) => `${id} ${fate}`).join()}`;
    let line = this.#rounds.get(key);
    if (!line) {
      line = roundLine(round, this.#model, {
        start: this.#start,
        isOpen,
        onClick: () => {
          for (const row of round.rows) {
            if (isOpen) this.#unfolded.delete(keyOf(row));
            else this.#unfolded.add(keyOf(row));
          }
          this.#arrange();
          this.#list.querySelector<HTMLElement>(`[data-round="${round.id}"] .row`)?.focus();
        },
      });
      this.#rounds.set(key, line);
    }
    return [line, ...(isOpen ? round.rows.map((row) => this.#lineOf(row)) : [])];
  }

  #lineOf(row: Row): HTMLLIElement {
    return this.#lines.get(row.id) ?? this.#draw(row);
  }

  get #start(): number {
    return this.#model.sequence.start;
  }

  #draw(row: Row): HTMLLIElement {
    const before = this.#lines.get(row.id);
    const isOpen = this.#open === keyOf(row);
    const line = rowLine(row, this.#model, {
      start: this.#start,
      isOpen,
      onClick: () => {
        this.#toggle(row);
      },
    });
    if (isOpen) {
      const follow = (): void => {
        this.#filters.follow(row);
      };
      line.append(inspect(row, this.#model, follow));
    }
    const gap = before?.querySelector(':scope > .gap');
    if (gap) line.prepend(gap);
    const isFocused = before?.contains(document.activeElement);
    before?.replaceWith(line);
    if (isFocused) line.querySelector('button')?.focus();
    this.#lines.set(row.id, line);
    return line;
  }

  #toggle(row: Row): void {
    const before = this.#open;
    const key = keyOf(row);
    this.#open = before === key ? undefined : key;
    const other = this.#model.sequence.rows.find((other) => keyOf(other) === before);
    if (other && this.#lines.has(other.id)) this.#draw(other);
    if (before === key) return;
    this.#scroller.reveal(this.#draw(row));
  }
}

/** Names a message also where everything is shown once more from the beginning. */
function keyOf({ at, kind }: Row): string {
  return `${at} ${kind}`;
}
