// What a node of the demo reports while strangers send it very much.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { NodeNews } from '../src/node-messages.ts';
import {
  maxBytes,
  maxInSecond,
  maxUnread,
  WireReports,
  type WireNews,
} from '../src/wire-reports.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const datagram = (length: number): WireNews => ({
  ...{ type: 'datagram', at: 0, fate: 'in', own: '127.0.0.1:1', peer: '127.0.0.1:2' },
  bytes: new Uint8Array(length),
});

function lab(onRead: (read: () => void) => void) {
  const sent: NodeNews[] = [];
  const reports = new WireReports({
    now: () => 7,
    send: (news, read) => {
      sent.push(news);
      onRead(read);
    },
  });
  return { sent, reports };
}

describe('what a node of the demo reports', () => {
  it('of a second is at most 1,000 messages, and the number of the others', () => {
    const { sent, reports } = lab((read) => {
      read();
    });
    for (let i = 0; i < 5000; i += 1) reports.add(datagram(100));
    expect(sent).toHaveLength(maxInSecond);
    vi.advanceTimersByTime(1000);
    expect(sent.slice(maxInSecond)).toEqual([
      {
        ...{ type: 'warning', at: 7 },
        message: '4000 more messages than can be shown crossed the sockets in a second',
      },
    ]);
    reports.add(datagram(100));
    expect(sent).toHaveLength(maxInSecond + 2);
  });

  it('has at most 2,000 messages in the queue to a demo that stands still', () => {
    const reading: (() => void)[] = [];
    const { sent, reports } = lab((read) => reading.push(read));
    for (let second = 0; second < 10; second += 1) {
      for (let i = 0; i < 1000; i += 1) reports.add(datagram(100));
      vi.advanceTimersByTime(1000);
    }
    const ofWire = sent.filter(({ type }) => type === 'datagram').length;
    expect(ofWire).toBe(maxUnread);
    for (const read of reading) read();
    reports.add(datagram(100));
    expect(sent.filter(({ type }) => type === 'datagram')).toHaveLength(maxUnread + 1);
  });

  it('shows at most 2,048 bytes of a message', () => {
    const { sent, reports } = lab((read) => {
      read();
    });
    reports.add(datagram(16_000));
    const client = { client: '127.0.0.1:3', isSealed: false };
    reports.add({ type: 'transfer', at: 0, direction: 'in', ...client, dataLength: 9 });
    expect(sent.map((news) => ('bytes' in news ? news.bytes?.length : 0))).toEqual([maxBytes, 0]);
  });
});
