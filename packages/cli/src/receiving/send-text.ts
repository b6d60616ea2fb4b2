// Says what is sent by whom, in questions and results. All of it comes from the network.
import { visibleText } from '@peerlane/protocol';
import { claimedName } from '../lines/claimed-name.ts';
import type { IncomingSend, ReceivedItem, SentThing } from '../sends/incoming.ts';
import { counted, sizeText } from '../text/figures.ts';
import { basename } from 'node:path';

/** The sender: the name that it claims, and its address. */
export function senderText({ from, address }: Pick<IncomingSend, 'from' | 'address'>): string {
  const host = visibleText(address);
  return from === undefined ? host : `${claimedName(from)} (${host})`;
}

/** What a send has: `"photo.jpg" (2.4 MB)`, or `12 things (34 MB), first "photo.jpg"`. */
export function sentText({ items, total, first }: IncomingSend): string {
  if (items === 1) return `${thingText(first)} (${detailsOf(first)})`;
  return `${items} things (${sizeText(total)}), first ${thingText(first)}`;
}

/** One thing of a send: a text, the name of a file, or of a folder with its slash. */
export function thingText({ kind, filename }: Pick<SentThing, 'kind' | 'filename'>): string {
  if (kind === 'text') return 'a text';
  return kind === 'folder' ? `the folder ${claimedName(`${filename}/`)}` : claimedName(filename);
}

function detailsOf({ kind, size, files }: SentThing): string {
  if (kind !== 'folder' || files === undefined) return sizeText(size);
  return `${counted(files, 'file')}, ${sizeText(size)}`;
}

/**
 * The question whether a send is wanted, in two lines.
 *
 * @param sealed whether the cluster is sealed: in an open one everyone can claim every name
 */
export function questionLines(send: IncomingSend, sealed: boolean): readonly string[] {
  const seal = sealed ? 'sealed' : 'open: the name is only a claim';
  const { from, address } = send;
  const who =
    from === undefined
      ? `${visibleText(address)} (${sealed ? 'sealed' : 'open, without a name'})`
      : `${claimedName(from)} at ${visibleText(address)} (${seal})`;
  return [
    `${who} wants to send you ${sentText(send)}.`,
    'Take it? Type y, n, or a (always from this sender in this session).',
  ];
}

/** One line for a thing that has come. */
export function receivedItemText({
  send,
  item,
  path,
  created,
  problems = 0,
}: ReceivedItem): string {
  const what = thingText(item).replace(/^the /, '');
  if (!created) return `You already have ${what}, which ${senderText(send)} sent.`;
  const saved = path === undefined ? undefined : basename(path);
  const renamed =
    saved === undefined || saved === item.filename ? '' : `, as ${claimedName(saved)}`;
  const lacking =
    problems === 0
      ? ''
      : ` ${counted(problems, 'entry').replace(/ys$/, 'ies')} of it could not be had.`;
  return `Received ${what} (${sizeText(item.size)}) from ${senderText(send)}${renamed}.${lacking}`;
}
