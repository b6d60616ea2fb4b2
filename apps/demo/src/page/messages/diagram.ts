import type { Row } from '../../wire/row.ts';
import { byId, h } from '../dom.ts';
import { Filters } from './filters.ts';
import { inspect } from './inspector.ts';
import { moveFocus } from './move-focus.ts';
import type { Model } from '../model.ts';
import { fateOf, patience, summaryOf, timeText, titleOf } from '../words.ts';

/** So many rows are on the page: older ones go. */
const shownRows = 400;

/** A silence of this length is worth a line of its own, in milliseconds. */
const silence = 2000;

interface Line {
  readonly item: HTMLLIElement;
  readonly row: Row;
}

/** The sequence diagram: a column for each node, a row for each message. */
export class Diagram {
  readonly #model: Model;
  readonly #lines = new Map<number, Line>();
  readonly #list = byId('rows');
  readonly #scroller = byId('diagram');
  readonly #follow = byId('follow');
  readonly #filters: Filters;
  readonly #stale = new Set<Row>();
  #lanes = '';
  #start: number | undefined;
  #open: number | undefined;
  #following = true;

  constructor(model: Model) {
    this.#model = model;
    this.#filters = new Filters(this.#list);
    model.show({
      onRow: (row) => {
        if (this.#stale.size === 0)
          requestAnimationFrame(() => {
            this.#drawStale();
          });
        this.#stale.add(row);
      },
      onState: () => {
        this.#drawLanes();
      },
      onReset: () => {
        this.#reset();
      },
    });
    this.#scroller.addEventListener('scroll', () => {
      const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
      this.#following = scrollHeight - scrollTop - clientHeight < 40;
      this.#follow.hidden = this.#following;
    });
    this.#scroller.addEventListener('keydown', (event) => {
      moveFocus(this.#list, event);
    });
    this.#follow.addEventListener('click', () => {
      this.#toNewest();
    });
    // What nobody has heard is only known when time has passed.
    setInterval(() => {
      for (const { row } of this.#lines.values()) {
        const age = Date.now() - row.at;
        if (row.fate === 'sent' && age > patience && age < 4 * patience) this.#draw(row);
      }
    }, 500);
  }

  /** Opens a row, and brings it into view. */
  open(row: Row): void {
    this.#drawStale();
    if (!this.#lines.has(row.id)) return;
    this.#filters.showKind(row);
    if (this.#open !== row.id) this.#toggle(row);
    this.#following = false;
    this.#follow.hidden = false;
    const item = this.#lines.get(row.id)!.item.getBoundingClientRect();
    const { top, height } = this.#scroller.getBoundingClientRect();
    this.#scroller.scrollTop += item.top - top - Math.min(height / 4, 160);
  }

  #reset(): void {
    this.#lines.clear();
    this.#list.replaceChildren();
    this.#start = this.#open = undefined;
    this.#following = true;
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
    if (renamed) for (const { row } of this.#lines.values()) this.#draw(row);
  }

  #drawStale(): void {
    for (const row of this.#stale) this.#draw(row);
    this.#stale.clear();
    byId('empty').hidden = this.#lines.size > 0;
    if (this.#following && this.#open === undefined) this.#toNewest();
  }

  #toNewest(): void {
    this.#following = true;
    this.#follow.hidden = true;
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
  }

  #draw(row: Row): void {
    const before = this.#lines.get(row.id)?.item;
    const item = this.#item(row);
    const focused = before?.contains(document.activeElement);
    if (before) {
      before.replaceWith(item);
      if (focused) item.querySelector('button')?.focus();
    } else {
      // Rows stand in the order in which messages left, which is not always that of their news.
      const { rows } = this.#model.sequence;
      const next = rows.slice(rows.indexOf(row) + 1).find(({ id }) => this.#lines.has(id));
      this.#list.insertBefore(item, next ? this.#lines.get(next.id)!.item : null);
    }
    this.#lines.set(row.id, { item, row });
    if (this.#lines.size > shownRows) this.#dropOldest();
    if (this.#open === row.id) item.append(inspect(row, this.#model));
  }

  #dropOldest(): void {
    const first = this.#list.firstElementChild;
    for (const [id, { item }] of this.#lines) {
      if (item !== first || id === this.#open) continue;
      item.remove();
      this.#lines.delete(id);
      return;
    }
  }

  #item(row: Row): HTMLLIElement {
    this.#start ??= row.at;
    const fate = fateOf(row, Date.now());
    const seconds = ((row.at - this.#start) / 1000).toFixed(3);
    const [from, to] = [this.#model.nameOf(row.from), this.#model.nameOf(row.to)];
    const gap = this.#gapBefore(row);
    const button = h(
      'button',
      {
        // One stop for the whole diagram: inside it the arrow keys go on.
        ...{
          type: 'button',
          class: 'row',
          tabindex: -1,
          'aria-expanded': String(this.#open === row.id),
        },
        onClick: () => {
          this.#toggle(row);
        },
      },
      h('span', { class: 'time', 'aria-hidden': 'true' }, seconds),
      this.#arrow(row, from, to, fate),
      h('span', { class: 'hidden' }, spoken(row, seconds, from, to, fate)),
    );
    return h(
      'li',
      {
        class: `${row.kind} ${row.via} ${fate}`,
        'data-row': row.id,
        'data-at': row.at,
        'data-connection': row.connection,
      },
      gap > silence && h('p', { class: 'gap' }, `${timeText(gap)} of silence`),
      button,
    );
  }

  /** How long nothing was sent before a row. */
  #gapBefore(row: Row): number {
    const { rows } = this.#model.sequence;
    const before = rows[rows.indexOf(row) - 1];
    return before ? row.at - before.at : 0;
  }

  #arrow(row: Row, from: string, to: string, fate: string): HTMLElement {
    const { nodes } = this.#model;
    const count = Math.max(1, nodes.length);
    const indexOf = (end: string): number =>
      Math.max(
        0,
        nodes.findIndex(({ name }) => name === end),
      );
    const [start, end] = [indexOf(from), indexOf(to)];
    const lanes = h('span', { class: 'lanes', 'aria-hidden': 'true' });
    const left = Math.min(start, end);
    const label = h(
      'span',
      { class: 'label' },
      h('b', {}, row.kind === 'note' ? `${from}: ` : titleOf(row)),
      h('span', {}, summaryOf(row)),
    );
    // Near the right edge a label has room only to its left.
    const rightmost = Math.max(start, end) === count - 1 && left > 0;
    label.classList.toggle('to-left', rightmost);
    const arrow = h('span', { class: `arrow ${end > start ? 'right' : 'left'}` });
    lanes.style.setProperty('--left', String((left + 0.5) / count));
    lanes.style.setProperty('--width', String(Math.abs(end - start) / count));
    lanes.append(label);
    if (row.kind !== 'note') lanes.append(arrow);
    if (fate === 'lost' || fate === 'unheard') {
      arrow.append(h('span', { class: 'sign' }, fate === 'lost' ? '✕' : '?'));
    }
    return lanes;
  }

  #toggle(row: Row): void {
    const before = this.#open;
    this.#open = before === row.id ? undefined : row.id;
    const other = before === undefined ? undefined : this.#lines.get(before);
    if (other) this.#draw(other.row);
    if (before !== row.id) this.#draw(row);
  }
}

function spoken(row: Row, seconds: string, from: string, to: string, fate: string): string {
  if (row.kind === 'note') return `${seconds} s, ${from} says: ${row.summary}`;
  const fates = { received: '', lost: ', lost', unheard: ', heard by nobody', sent: '' };
  const what = `${titleOf(row)}, ${summaryOf(row)}`;
  return `${seconds} s, ${from} to ${to}: ${what}${fates[fate as keyof typeof fates]}`;
}
