// The lines of the diagram: a message or a round of DISCOVERs, as an arrow between lanes.
import { h } from '../dom.ts';
import { lockMark } from './lock-mark.ts';
import type { Model } from '../model.ts';
import { fateOf, summaryOf, timeText, titleOf } from '../words.ts';
import type { Row } from '../../wire/row.ts';
import type { Round } from './rounds.ts';

/** A silence of this length is worth a line of its own, in milliseconds. */
const silence = 2000;

/** How a line is shown, and what is done when it is used. */
export interface LineProps {
  /** When the first of all messages left. */
  readonly start: number;
  readonly isOpen: boolean;
  readonly onClick: () => void;
}

/** A message. */
export function rowLine(row: Row, model: Model, props: LineProps): HTMLLIElement {
  const fate = fateOf(row, model.now());
  const [from, to] = [model.nameOf(row.from), model.nameOf(row.to)];
  const { label, lanes } = arrowBetween(model, [from, to]);
  if (row.seal) label.append(lockMark());
  label.append(
    h('b', {}, row.kind === 'note' ? `${from}: ` : titleOf(row)),
    h('span', {}, summaryOf(row)),
  );
  if (row.kind !== 'note') {
    const way = laneOf(model, to) > laneOf(model, from) ? 'right' : 'left';
    const sign = fate === 'lost' || fate === 'refused' ? '✕' : fate === 'unheard' ? '?' : undefined;
    lanes.append(h('span', { class: `arrow ${way}` }, sign && h('span', { class: 'sign' }, sign)));
  }
  const attributes = {
    class: `${row.kind} ${row.via} ${fate}`,
    'data-row': row.id,
    'data-at': row.at,
    'data-connection': row.connection,
  };
  const time = secondsText(row.at - props.start);
  return h('li', attributes, button(props, time, lanes, spoken(row, time, from, to, fate)));
}

/** A round of DISCOVERs that is folded, or unfolded above its messages. */
export function roundLine(round: Round, model: Model, props: LineProps): HTMLLIElement {
  const { rows, id } = round;
  const [first, last] = [rows[0]!, rows.at(-1)!];
  const names = [...new Set(rows.flatMap(({ from, to }) => [from, to]))].map((end) =>
    model.nameOf(end),
  );
  const asker = model.nameOf(first.from);
  const { label, lanes } = arrowBetween(model, names);
  const fates = rows.map((row) => fateOf(row, model.now()));
  const lost = fates.filter((fate) => fate === 'lost' || fate === 'unheard').length;
  const refused = fates.filter((fate) => fate === 'refused').length;
  const isSealed = rows.every(({ seal }) => seal !== undefined);
  const what = `begun by ${asker}, in ${timeText(last.at - first.at)}`;
  const words = [
    what,
    lost > 0 && `${lost} lost`,
    refused > 0 && `${refused} refused`,
    isSealed && 'sealed',
  ]
    .filter((part) => part !== false)
    .join(', ');
  if (isSealed) label.append(lockMark());
  label.append(h('b', {}, `${rows.length} × DISCOVER`), h('span', {}, words));
  lanes.append(h('span', { class: 'arrow round' }));
  const time = secondsText(first.at - props.start);
  const attributes = { class: 'discover round', 'data-round': id, 'data-ids': idsOf(rows) };
  return h(
    'li',
    attributes,
    button(props, time, lanes, `${time} s, a round of ${rows.length} DISCOVERs, ${words}`),
  );
}

/** The ids of a round's messages, by which its line finds them. */
function idsOf(rows: readonly Row[]): string {
  return rows.map(({ id }) => id).join(' ');
}

/** Notes above a line how long nothing was sent before it, if that was long. */
export function showGap(line: HTMLElement, gap: number): void {
  const shown = line.querySelector(':scope > .gap');
  const text = gap > silence ? `${timeText(gap)} of silence` : '';
  if ((shown?.textContent ?? '') === text) return;
  shown?.remove();
  if (text !== '') line.prepend(h('p', { class: 'gap' }, text));
}

function button(
  { isOpen, onClick }: LineProps,
  time: string,
  lanes: HTMLElement,
  words: string,
): HTMLButtonElement {
  return h(
    'button',
    {
      // Tab stops at the diagram once; inside it the arrow keys move the focus.
      ...{ type: 'button', class: 'row', tabindex: -1, 'aria-expanded': String(isOpen), onClick },
    },
    h('span', { class: 'time', 'aria-hidden': 'true' }, time),
    lanes,
    h('span', { class: 'hidden' }, words),
  );
}

function arrowBetween(
  model: Model,
  names: readonly string[],
): { readonly lanes: HTMLElement; readonly label: HTMLElement } {
  const count = Math.max(1, model.nodes.length);
  const places = names.map((name) => laneOf(model, name));
  const [left, right] = [Math.min(...places), Math.max(...places)];
  const lanes = h('span', { class: 'lanes', 'aria-hidden': 'true' });
  lanes.style.setProperty('--left', String((left + 0.5) / count));
  lanes.style.setProperty('--width', String((right - left) / count));
  // Near the right edge there is space for a label only to its left.
  const isAtEdge = right === count - 1 && left > 0;
  const label = h('span', { class: `label${isAtEdge ? ' to-left' : ''}` });
  lanes.append(label);
  return { lanes, label };
}

function laneOf(model: Model, name: string): number {
  return Math.max(
    0,
    model.nodes.findIndex((node) => node.name === name),
  );
}

function secondsText(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}

function spoken(row: Row, seconds: string, from: string, to: string, fate: string): string {
  if (row.kind === 'note') return `${seconds} s, ${from} says: ${row.summary}`;
  const fates = {
    ...{ received: '', sent: '' },
    ...{ lost: ', lost', unheard: ', heard by nobody', refused: ', refused' },
  };
  const what = `${titleOf(row)}, ${summaryOf(row)}${row.seal ? ', sealed' : ''}`;
  return `${seconds} s, ${from} to ${to}: ${what}${fates[fate as keyof typeof fates]}`;
}
