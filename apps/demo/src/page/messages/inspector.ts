// The details of a message, under its row.
import { visibleText } from '@peerlane/protocol';
import { dissectRow, type Row } from '../../wire/row.ts';
import { belongsToRequest } from '../../wire/request-rows.ts';
import { h } from '../dom.ts';
import { byteCells, byteLines } from './bytes.ts';
import { copyButton } from './copy-button.ts';
import type { Model } from '../model.ts';
import { bytesText, fateOf, timeText } from '../words.ts';

/** The number of colours by which fields are distinguished. */
const colours = 8;

/**
 * The details of a message: its ends, its time, and every byte with the field that it belongs to.
 *
 * @param onFollow called when only the messages of its request are to be shown
 */
export function inspect(row: Row, model: Model, onFollow: () => void): HTMLElement {
  const box = inspectBytes(row, model);
  const buttons = [
    ...(row.bytes ? [copyButton(row.bytes)] : []),
    ...(belongsToRequest(row)
      ? [h('button', { type: 'button', class: 'follow-get', onClick: onFollow }, 'Follow this get')]
      : []),
  ];
  if (buttons.length > 0) box.append(h('div', { class: 'buttons' }, ...buttons));
  return box;
}

function inspectBytes(row: Row, model: Model): HTMLElement {
  const dissection = dissectRow(row);
  const facts = h('p', { class: 'hint' }, factsOf(row, model));
  if (row.kind === 'data' && row.bytes) return inspectData(row, row.bytes, facts);
  if (!dissection || !row.bytes) return h('div', { class: 'inspector' }, facts);
  const { bytes } = row;
  const { fields, fault } = dissection;
  const box = h('div', { class: 'inspector' }, facts);
  if (fault !== undefined) box.append(h('p', { class: 'fault' }, fault));
  let colour = -1;
  const coloured = fields.map((field, index) => {
    if (field.role === 'value') colour += 1;
    const tint = field.role === 'value' ? `tint${colour % colours}` : 'mark';
    return { field, tint, index };
  });
  const light = (index: number, on: boolean): void => {
    for (const part of box.querySelectorAll(`[data-field="${index}"]`)) {
      part.classList.toggle('lit', on);
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
        h('span', { class: `field ${tint}` }, ...byteCells(bytes, field.start, field.end)),
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
  box.append(dump, h('div', { class: 'table' }, table));
  return box;
}

/** The first bytes of data, and their place in the file. */
function inspectData({ dataLength, ties }: Row, head: Uint8Array, facts: HTMLElement): HTMLElement {
  const { filename, offset = 0, want = 'data' } = ties ?? {};
  const name = filename === undefined ? 'the catalog' : `"${visibleText(filename)}"`;
  const whole = want === 'data' ? name : `the manifest of ${name}`;
  const much =
    head.length < dataLength
      ? `The first ${head.length} of ${dataLength} bytes`
      : `All ${head.length} bytes`;
  const place = `${much}, from byte ${offset} of ${whole}:`;
  const lines = byteLines(head, offset);
  const label = `${head.length} bytes from byte ${offset} of ${whole}`;
  return h(
    'div',
    { class: 'inspector' },
    facts,
    h('p', { class: 'place' }, place),
    h('div', { class: 'bytes lines', role: 'img', 'aria-label': label }, ...lines),
  );
}

function factsOf(row: Row, model: Model): string {
  const { via, from, to, bytes, dataLength, latency, waited } = row;
  if (via === 'note') return 'A warning of the node itself: nothing crossed the wire.';
  const ends = `${from} → ${to}`;
  const named = model.nodeAt(from)?.name === from || model.nodeAt(to)?.name === to;
  const how = via === 'udp' ? 'a UDP datagram' : 'over a TCP connection';
  const much = dataLength > 0 ? bytesText(dataLength) : bytes ? `${bytes.length} bytes` : '';
  const fate = fateOf(row, model.now());
  const fates = {
    received: latency === undefined ? '' : `arrived after ${timeText(latency)}`,
    lost: 'the link lost it: it crossed the wire, and was thrown away at its end',
    unheard: 'no node has reported its arrival',
    sent: '',
  };
  const wait = waited === undefined ? '' : `sent ${timeText(waited)} after the Get that it answers`;
  const at = new Date(row.at).toISOString().slice(11, 23);
  return [how, named ? `${from} and ${to}` : ends, `${at} UTC`, much, fates[fate], wait]
    .filter((part) => part !== '')
    .join(' · ');
}
