// What the steps of the tour show, for messages that seldom come.
import { expect, it } from 'vitest';
import { steps } from '../src/page/tour/steps.ts';
import { Stage } from '../src/page/tour/stage.ts';
import type { Row } from '../src/wire/row.ts';

function row(id: number, kind: Row['kind'], fate: Row['fate'], answers?: Row): Row {
  const [from, to] = kind === 'get' ? ['node1', 'node3'] : ['node3', 'node1'];
  const ends = { via: 'udp', from, to, dataLength: 0, summary: '' } as const;
  return { id, at: id, kind, fate, ...ends, ...(answers && { answers }) };
}

it('A broken link ends with the answer that arrives, also when it heals in the middle of one', () => {
  const heard = row(3, 'get', 'received');
  const again = row(5, 'get', 'received');
  const rows = [
    row(1, 'get', 'lost'),
    row(2, 'get', 'lost'),
    heard,
    row(4, 'file', 'lost', heard),
    again,
    row(6, 'file', 'received', again),
  ];
  const model = {
    sequence: { rows },
    nameOf: (node: string) => node,
    show: () => () => undefined,
  } as unknown as ConstructorParameters<typeof Stage>[0];
  const narrator = { open: () => undefined, say: () => undefined };
  const stage = new Stage(model, () => Promise.resolve(), narrator);
  const step = steps.find(({ title }) => title === 'A link breaks');
  expect(step?.message(stage)).toBe(rows.at(-1));
});
