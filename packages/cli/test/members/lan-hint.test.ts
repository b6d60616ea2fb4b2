// When a node on the local network shows the hint that nobody was heard.
import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { hintWhenAlone } from '../../src/members/lan-hint.ts';
import type { PeerlaneNode } from '../../src/node/node.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** The hints that a node without members shows within a minute, after an event. */
function hintsAfter(event: 'peer' | 'heard' | 'request' | undefined): string[] {
  const address = { host: '127.0.0.1', port: 1378 };
  const parts = { members: () => [], address, tcpAddress: address };
  const node = Object.assign(new EventEmitter(), parts) as unknown as PeerlaneNode;
  const hints: string[] = [];
  hintWhenAlone(node, { lan: true }, (line) => hints.push(line));
  if (event === 'request') node.emit(event, { peer: '127.0.0.1:1', filename: 'a' });
  else if (event) node.emit(event, '127.0.0.1:1');
  vi.advanceTimersByTime(60_000);
  return hints;
}

it('A node that has heard nobody shows a hint', () => {
  expect(hintsAfter(undefined)).toEqual([expect.stringContaining('Nobody was heard yet.')]);
});

it.each(['peer', 'heard', 'request'] as const)(
  'A node shows no hint if somebody was there and has left (%s)',
  (event) => {
    expect(hintsAfter(event)).toEqual([]);
  },
);
