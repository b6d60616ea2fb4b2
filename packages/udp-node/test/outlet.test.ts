import type { Message, PeerAddress } from '@peerlane/protocol';
import { describe, expect, it } from 'vitest';
import { NameLookup } from '../src/name-lookup.ts';
import { maxUnderway, Outlet } from '../src/outlet.ts';
import { ManualClock } from '../src/testing/index.ts';

/** An outlet whose datagrams leave when they are told to. */
function start(): {
  readonly clock: ManualClock;
  readonly outlet: Outlet;
  readonly sent: string[];
  readonly letGo: () => void;
} {
  const clock = new ManualClock();
  const sent: string[] = [];
  const leaving: (() => void)[] = [];
  const transport = {
    address: { host: '127.0.0.1', port: 1 },
    onDatagram: () => undefined,
    close: () => Promise.resolve(),
    send: (bytes: Uint8Array, { port }: PeerAddress) => {
      sent.push(`${port} ${new TextDecoder().decode(bytes).trim()}`);
      return new Promise<void>((resolve) => leaving.push(resolve));
    },
  };
  const outlet = new Outlet({
    clock,
    transport,
    names: new NameLookup(() => Promise.reject(new Error('no name')), clock, 1000),
    allow: () => true,
    isConfigured: () => true,
    onResolved: () => true,
    onSent: () => undefined,
    warn: () => undefined,
  });
  const letGo = (): void => {
    for (const leave of leaving.splice(0)) leave();
  };
  return { clock, outlet, sent, letGo };
}

const list = (part: string): Message[] => [
  { type: 'discover', addresses: [`${part}:1`] },
  { type: 'discover', addresses: [`${part}:2`] },
];

describe('an outlet with more to send than the socket takes', () => {
  const round = (outlet: Outlet, part: string): void => {
    for (let port = 1; port <= maxUnderway; port += 1)
      outlet.toMember(`127.0.0.1:${port}`, list(part));
  };

  it('has the newest list of each member wait, and nothing else', async () => {
    const { clock, outlet, sent, letGo } = start();
    round(outlet, 'first');
    expect(sent).toHaveLength(maxUnderway);
    round(outlet, 'second');
    outlet.toMember('127.0.0.1:5000', [{ type: 'discover', addresses: [] }]);
    expect(sent.slice(maxUnderway)).toEqual(['5000 DISCOVER,']);
    for (let i = 0; i < 4; i += 1) {
      letGo();
      await clock.advance(0);
      expect(sent.length).toBeLessThanOrEqual((i + 2) * maxUnderway + 1);
    }
    const rest = sent.slice(maxUnderway + 1);
    const expected = Array.from({ length: maxUnderway }, (_, i) => [
      `${i + 1} DISCOVER,second:1`,
      `${i + 1} DISCOVER,second:2`,
    ]).flat();
    expect(new Set(rest)).toEqual(new Set(expected));
    expect(rest).toHaveLength(expected.length);
    expect(clock.pending).toBe(0);
  });

  it('has done with what waits when it is closed', async () => {
    const { clock, outlet, sent, letGo } = start();
    round(outlet, 'first');
    const closed = outlet.close();
    letGo();
    await closed;
    await clock.advance(1000);
    expect([sent.length, clock.pending]).toEqual([maxUnderway, 0]);
  });
});
