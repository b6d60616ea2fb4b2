// Compares what the page shows with what a packet capture saw.
import { expect } from 'vitest';
import type { Packet } from './capture.ts';
import type { ShownRow, Watch } from './watch.ts';

/** A node, and the ports at which it listens. */
export interface Node {
  readonly name: string;
  readonly udp: number;
  readonly tcp: number;
}

/** Every datagram of the page is one of the capture, byte for byte and in its order, and none is missing. */
export async function compareDatagrams(
  watch: Watch,
  nodes: readonly Node[],
  rows: readonly ShownRow[],
  seen: readonly Packet[],
): Promise<void> {
  let compared = 0;
  for (const from of nodes) {
    for (const to of nodes) {
      if (from === to) continue;
      const captured = seen
        .filter(
          (packet) => packet.via === 'udp' && packet.from === from.udp && packet.to === to.udp,
        )
        .map(({ payload }) => payload);
      const ours = rows.filter(
        ({ classes, spoken }) =>
          classes.includes('udp') && spoken.includes(`${from.name} to ${to.name}:`),
      );
      const shown: string[] = [];
      for (const row of ours) shown.push(await watch.bytesOf(row));
      expect(shown, `${from.name} to ${to.name}`).toEqual(captured);
      compared += shown.length;
    }
  }
  expect(compared).toBeGreaterThan(20);
  expect(seen.filter(({ via }) => via === 'udp')).toHaveLength(compared);
}

/** What crossed each connection, in its turns, is the same on the page and in the capture. */
export async function compareConnections(
  watch: Watch,
  rows: readonly ShownRow[],
  seen: readonly Packet[],
): Promise<void> {
  const connections = new Set(rows.flatMap(({ connection }) => connection ?? []));
  expect(connections.size).toBeGreaterThanOrEqual(3);
  const opened = seen.filter(({ opens }) => opens).map(({ from }) => `127.0.0.1:${from}`);
  expect(new Set(opened)).toEqual(connections);
  for (const connection of connections) {
    const port = Number(connection.split(':')[1]);
    const packets = seen.filter(({ from, to }) => from === port || to === port);
    const captured = turns(
      packets.map(({ from, payload }) => ({ way: from === port ? 'in' : 'out', payload })),
    );
    const shown: { way: string; payload: string }[] = [];
    for (const row of rows.filter((row) => row.connection === connection)) {
      const { classes, spoken } = row;
      const way = classes.includes('request') ? 'in' : 'out';
      if (classes.includes('connect')) continue;
      const bytes = await watch.bytesOf(row);
      // Of data the page knows only the first bytes, and how many there were.
      const length = Number(/data, (\d+) B/.exec(spoken)?.[1] ?? bytes.length / 2);
      shown.push({ way, payload: bytes + '??'.repeat(length - bytes.length / 2) });
    }
    const expected = turns(shown);
    expect(captured.map(({ way, payload }) => [way, payload.length])).toEqual(
      expected.map(({ way, payload }) => [way, payload.length]),
    );
    for (const [index, { payload }] of expected.entries()) {
      const masked = captured[index]!.payload.replace(/../g, (byte, at: number) =>
        payload.startsWith('??', at) ? '??' : byte,
      );
      expect(payload).toBe(masked);
    }
  }
}

/** What went one way before something went the other. */
function turns(
  parts: readonly { readonly way: string; readonly payload: string }[],
): { way: string; payload: string }[] {
  const joined: { way: string; payload: string }[] = [];
  for (const { way, payload } of parts) {
    if (payload === '') continue;
    const last = joined.at(-1);
    if (last?.way === way) last.payload += payload;
    else joined.push({ way, payload });
  }
  return joined;
}

/** Of what TLS seals the capture and the page have only the connections in common. */
export function compareSealedConnections(rows: readonly ShownRow[], seen: readonly Packet[]): void {
  const connections = new Set(rows.flatMap(({ connection }) => connection ?? []));
  const packets = seen.filter(({ via }) => via === 'tcp');
  const opened = packets.filter(({ opens }) => opens).map(({ from }) => `127.0.0.1:${from}`);
  expect(connections.size).toBeGreaterThanOrEqual(2);
  expect(new Set(opened)).toEqual(connections);
  for (const connection of connections) {
    const port = Number(connection.split(':')[1]);
    const partsOf = (end: 'from' | 'to'): string =>
      packets
        .filter((packet) => packet[end] === port)
        .map(({ payload }) => payload)
        .join('');
    // A handshake record each, of which the server's chooses TLS 1.3: the extension supported_versions.
    expect(partsOf('from')).toMatch(/^1603/);
    expect(partsOf('to')).toMatch(/^1603.*002b00020304/);
    for (const readable of ['hello', '"want"']) {
      const hex = Buffer.from(readable).toString('hex');
      expect(partsOf('from') + partsOf('to')).not.toContain(hex);
    }
  }
}
