// Bytes by their fields: coloured, and listed in a table. What is pointed at in one is lit in both.
import type { Field } from '../../wire/field-list.ts';
import { h } from '../dom.ts';
import { byteCells, digitCells } from './bytes.ts';

/** The number of colours by which fields are distinguished. */
const colours = 8;

/**
 * The bytes of a message, and the table of its fields. Each byte belongs to a field.
 *
 * @param isText whether each byte is shown as a character, too
 */
export function fieldView(
  bytes: Uint8Array,
  fields: readonly Field[],
  isText: boolean,
): HTMLElement[] {
  const cells = isText ? byteCells : digitCells;
  let colour = -1;
  const coloured = fields.map((field, index) => {
    if (field.role === 'value') colour += 1;
    const tint = field.role === 'value' ? `tint${colour % colours}` : 'mark';
    return { field, tint, index };
  });
  const light = (index: number, on: boolean): void => {
    for (const half of [dump, table]) {
      half.querySelector(`[data-field="${index}"]`)?.classList.toggle('lit', on);
    }
  };
  const lighting = (element: HTMLElement, index: number): HTMLElement => {
    element.dataset.field = String(index);
    for (const [event, on] of [
      ['pointerenter', true],
      ['pointerleave', false],
    ] as const) {
      element.addEventListener(event, () => {
        light(index, on);
      });
    }
    for (const [event, on] of [
      ['focusin', true],
      ['focusout', false],
    ] as const) {
      element.addEventListener(event, () => {
        light(index, on);
      });
    }
    return element;
  };
  const dump = h(
    'div',
    { class: 'bytes', role: 'img', 'aria-label': `${bytes.length} bytes, listed by field below` },
    ...coloured.map(({ field, tint, index }) =>
      lighting(
        h('span', { class: `field ${tint}` }, ...cells(bytes, field.start, field.end)),
        index,
      ),
    ),
  );
  const rows = coloured
    .filter(({ field }) => field.role === 'value')
    .map(({ field, tint, index }) => {
      const { name, start, end, text, meaning } = field;
      const key = h('span', { class: `key ${tint}`, tabindex: 0 }, name);
      const range = end - start === 1 ? `${start}` : `${start}–${end - 1}`;
      const cellsOfRow = [h('th', { scope: 'row' }, key), h('td', {}, range)];
      const says = [h('td', {}, h('code', {}, text)), h('td', {}, meaning)];
      return lighting(h('tr', {}, ...cellsOfRow, ...says), index);
    });
  const titles = ['Field', 'Bytes', 'Says', 'Means'].map((title) =>
    h('th', { scope: 'col' }, title),
  );
  const table = h('table', {}, h('thead', {}, h('tr', {}, ...titles)), h('tbody', {}, ...rows));
  return [dump, h('div', { class: 'table' }, table)];
}
