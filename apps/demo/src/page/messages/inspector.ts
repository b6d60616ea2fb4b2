// The details of a message, under its row.
import { visibleText } from '@peerlane/protocol';
import { dissectRow, type Row } from '../../wire/row.ts';
import { belongsToRequest } from '../../wire/request-rows.ts';
import { sealFields } from '../../wire/seal-fields.ts';
import { h } from '../dom.ts';
import { byteLines } from './bytes.ts';
import { copyButton } from './copy-button.ts';
import { fieldView } from './field-view.ts';
import type { Model } from '../model.ts';
import { bytesText, fateOf, timeText } from '../words.ts';

/** What is said of a connection that is sealed, and of what crosses it. */
const sealedTexts = {
  connect: 'TLS 1.3 seals it: each side proves by it that it has the key',
  inside: 'sealed by TLS 1.3, and shown as the node saw it inside',
  data: 'sealed by TLS 1.3, and its bytes are not shown',
} as const;

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
  const { bytes, opened } = row;
  const box = h('div', { class: 'inspector' }, facts);
  if (opened) {
    const place = (text: string): HTMLElement => h('p', { class: 'place' }, text);
    box.append(
      ...[
        place(`On the wire, ${bytes.length} bytes:`),
        ...fieldView(bytes, sealFields(bytes), false),
      ],
      place(`Opened with the key that this page holds, ${opened.length} bytes:`),
    );
  }
  const { fields, fault } = dissection;
  const isText = row.seal !== 'datagram' || opened !== undefined;
  if (fault !== undefined) box.append(h('p', { class: 'fault' }, fault));
  box.append(...fieldView(opened ?? bytes, fields, isText));
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
  const { via, from, to, seal, bytes, dataLength, latency, waited } = row;
  if (via === 'note') return 'A warning of the node itself: nothing crossed the wire.';
  const ends = `${from} → ${to}`;
  const named = model.nodeAt(from)?.name === from || model.nodeAt(to)?.name === to;
  const how = via === 'udp' ? `a ${seal ? 'sealed ' : ''}UDP datagram` : 'over a TCP connection';
  const much = dataLength > 0 ? bytesText(dataLength) : bytes ? `${bytes.length} bytes` : '';
  const fate = fateOf(row, model.now());
  const fates = {
    received: latency === undefined ? '' : `arrived after ${timeText(latency)}`,
    lost: 'the link lost it: it crossed the wire, and was thrown away at its end',
    refused: 'it arrived, and was dropped: it is not sealed',
    unheard: 'no node has reported its arrival',
    sent: '',
  };
  const wait = waited === undefined ? '' : `sent ${timeText(waited)} after the Get that it answers`;
  const at = new Date(row.at).toISOString().slice(11, 23);
  const inTls = row.kind === 'connect' || row.kind === 'data' ? row.kind : 'inside';
  const sealed = seal === 'tls' ? sealedTexts[inTls] : '';
  return [how, named ? `${from} and ${to}` : ends, `${at} UTC`, much, fates[fate], wait, sealed]
    .filter((part) => part !== '')
    .join(' · ');
}
