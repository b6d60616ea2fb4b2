import { createSecretKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ReplayWindow } from '../../src/datagrams/replay-window.ts';
import { SenderTable, type HeardSender } from '../../src/datagrams/sender-table.ts';

const key = createSecretKey(new Uint8Array(32));

function heard(table: SenderTable, name: string, counter: number): void {
  const sender: HeardSender = table.find(name) ?? {
    key,
    window: new ReplayWindow(table.floorOf(name)),
  };
  sender.window.add(counter);
  table.heard(name, sender);
}

describe('The table of senders', () => {
  it('drops the sender that was heard longest ago, not the one that came first', () => {
    const table = new SenderTable({ senders: 2, floors: 2 });
    heard(table, 'a', 0);
    heard(table, 'b', 0);
    heard(table, 'a', 1);
    heard(table, 'c', 0);
    expect(['a', 'b', 'c'].filter((name) => table.find(name))).toEqual(['a', 'c']);
  });

  it('remembers the highest counter of a sender that was dropped until it is heard again', () => {
    const table = new SenderTable({ senders: 1, floors: 2 });
    heard(table, 'a', 7);
    heard(table, 'a', 5);
    heard(table, 'b', 3);
    expect(table.floorOf('a')).toBe(7);
    heard(table, 'a', 9);
    expect(table.find('a')!.window.isFresh(8)).toBe(true);
    expect(table.find('a')!.window.isFresh(7)).toBe(false);
    expect(table.floorOf('b')).toBe(3);
    heard(table, 'c', 0);
    expect(table.floorOf('a')).toBe(9);
  });

  it('has room for the counter of another sender when one is heard again', () => {
    const table = new SenderTable({ senders: 1, floors: 2 });
    for (const name of ['a', 'b', 'c', 'b']) heard(table, name, 7);
    expect(['a', 'b', 'c'].map((name) => table.floorOf(name))).toEqual([7, -1, 7]);
  });

  it('forgets the counter of the sender that was dropped longest ago', () => {
    const table = new SenderTable({ senders: 1, floors: 2 });
    for (const name of ['a', 'b', 'c', 'd']) heard(table, name, 7);
    expect(['a', 'b', 'c', 'd'].map((name) => table.floorOf(name))).toEqual([-1, 7, 7, -1]);
  });
});
