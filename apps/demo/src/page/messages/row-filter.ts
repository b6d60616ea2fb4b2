// Selects the messages that the diagram shows.
import type { Row } from '../../wire/row.ts';
import { requestRows } from '../../wire/request-rows.ts';
import type { Model } from '../model.ts';
import { summaryOf, titleOf } from '../words.ts';

/** The conditions that a message must meet to be shown. */
export interface RowFilter {
  readonly hiddenKinds: ReadonlySet<Row['kind']>;
  /** A text in its summary, its ends or its bytes, in capitals or not; empty for any. */
  readonly text: string;
  /** The node that sends or receives it, or both ends of the link that it crosses; empty for any. */
  readonly ends: readonly string[];
  /** A message of the request that it belongs to; `undefined` for any. */
  readonly followed: Row | undefined;
}

/** The messages that pass a filter, in their order. */
export function filterRows(filter: RowFilter, model: Model): readonly Row[] {
  const { hiddenKinds, ends, followed } = filter;
  const { rows } = model.sequence;
  const text = filter.text.trim().toLowerCase();
  const nameOf = (end: string): string => model.nameOf(end);
  const request = followed && requestRows(rows, followed, nameOf);
  return rows.filter((row) => {
    if (request) return request.has(row);
    if (hiddenKinds.has(row.kind)) return false;
    const names = [nameOf(row.from), nameOf(row.to)];
    if (!ends.every((end) => names.includes(end))) return false;
    return text === '' || textOf(row, names).includes(text);
  });
}

function textOf(row: Row, names: readonly string[]): string {
  const bytes = new TextDecoder().decode(row.opened ?? row.bytes);
  const parts = [titleOf(row), summaryOf(row), ...names, row.from, row.to, bytes];
  return parts.join('\n').toLowerCase();
}
