// Clusters of sealed nodes, in virtual time.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { UdpNode, Warning, WireEvent } from '../../src/index.ts';
import { MemoryLan } from '../../src/testing/index.ts';
import { toySeal } from '../support/toy-seal.ts';
import { addressesOf, at, World, type NodeOptions } from '../support/world.ts';

const ports = (first: number, count: number): number[] =>
  Array.from({ length: count }, (_, n) => first + n);

/** Starts a hub at the first port and nodes that know it alone. Each has a file named like its port. */
const startAll = (
  world: World,
  all: readonly number[],
  optionsOf: (port: number) => NodeOptions,
): Promise<UdpNode[]> =>
  Promise.all(
    all.map((port) =>
      world.start(port, {
        files: [String(port)],
        members: port === all[0] ? [] : [at(all[0]!)],
        ...optionsOf(port),
      }),
    ),
  );

const sealed = (): NodeOptions => ({ seal: toySeal() });

/** Collects the warnings of a node. */
function warningsOf(node: UdpNode): Warning[] {
  const warnings: Warning[] = [];
  node.on('warning', (warning) => warnings.push(warning));
  return warnings;
}

describe('a sealed cluster', () => {
  it('Sealed nodes that join one hub know each other two seconds later, search and answer', async () => {
    const world = new World();
    const all = ports(1378, 30);
    const nodes = await startAll(world, all, sealed);
    await world.clock.advance(2000);
    for (const node of nodes) expect(addressesOf(node)).toHaveLength(all.length - 1);
    await world.clock.advance(5000);
    const found = world.first(nodes[3]!.find('1390'));
    await world.clock.advance(5);
    expect(await found).toMatchObject({ offer: { peer: at(1390), version: 2 } });
    const nothing = world.collect(nodes[3]!.find('nothing'));
    await world.clock.advance(5);
    expect(await nothing).toEqual([]);
  });

  it('Nothing that a sealed node sends can be read, and nothing is longer than 1200 bytes', async () => {
    const world = new World({ record: false });
    const lengths: number[] = [];
    let readable = 0;
    world.network.watch(({ bytes }) => {
      lengths.push(bytes.length);
      if (bytes[0] !== 1 || /DISCOVER|"v":2|secret/.test(Buffer.from(bytes).toString('latin1')))
        readable += 1;
    });
    const all = ports(1378, 64);
    const nodes = await startAll(world, all, (port) => ({
      ...sealed(),
      ...(port % 2 === 0 && { name: '\u0001'.repeat(64) }),
    }));
    await world.clock.advance(21_000);
    void nodes[1]!.find('secret', { timeout: 1000 }).next();
    await world.clock.advance(1000);
    const longest = lengths.reduce((most, length) => Math.max(most, length), 0);
    expect({ readable, longest }).toEqual({ readable: 0, longest: expect.any(Number) as number });
    // Lists use the room that there is.
    expect(longest).toBeGreaterThan(1150);
    expect(longest).toBeLessThanOrEqual(1200);
  });

  it('A wire event shows the message and the same as it was sealed', async () => {
    const world = new World();
    const onWire: Buffer[] = [];
    world.network.watch(({ bytes }) => onWire.push(Buffer.from(bytes)));
    const [a] = await startAll(world, ports(1378, 2), sealed);
    const events: WireEvent[] = [];
    a!.on('wire', (event) => events.push(event));
    await world.clock.advance(100);
    expect(new Set(events.map(({ direction }) => direction))).toEqual(new Set(['in', 'out']));
    for (const { bytes, sealed: wire } of events) {
      expect(new TextDecoder().decode(bytes)).toMatch(/^DISCOVER,/);
      expect(onWire.some((each) => each.equals(wire!))).toBe(true);
      expect(wire!.length).toBe(bytes.length + 45);
    }
  });

  it('A wire event of an open node has nothing sealed', async () => {
    const world = new World();
    const [a] = await startAll(world, ports(1378, 2), () => ({}));
    const events: WireEvent[] = [];
    a!.on('wire', (event) => events.push(event));
    await world.clock.advance(100);
    expect(events.length).toBeGreaterThan(0);
    expect(events.filter((event) => 'sealed' in event)).toEqual([]);
    expect(a!.refused).toBeUndefined();
  });

  it('Nodes of both clusters on one network never mix, and each tells once of the other', async () => {
    const world = new World();
    const lan = new MemoryLan(world.clock);
    const all = ports(1378, 6);
    const kinds = ['open', 'sealed', 'other'] as const;
    const kindOf = (port: number): (typeof kinds)[number] => kinds[(port - 1378) % 3]!;
    const nodes = await startAll(world, all, (port) => ({
      // All know all, and all hear each other's announcements.
      members: all.filter((other) => other !== port).map(at),
      lan: lan.open('127.0.0.1'),
      ...(kindOf(port) !== 'open' && { seal: toySeal(kindOf(port)) }),
    }));
    const warnings = nodes.map(warningsOf);
    await world.clock.advance(200_000);
    for (const [i, node] of nodes.entries()) {
      const kind = kindOf(all[i]!);
      const heard = node.members().filter(({ state }) => state === 'heard');
      expect(heard.map(({ address }) => address)).toEqual([at(all[(i + 3) % 6]!)]);
      const told = warnings[i]!.map((warning) => warning.kind).sort();
      expect(told).toEqual(
        kind === 'open' ? ['sealed-neighbour'] : ['open-neighbour', 'other-cluster'],
      );
    }
  });

  it('An open node and a sealed one that share only announcements tell of each other once', async () => {
    const world = new World();
    const lan = new MemoryLan(world.clock);
    const start = (port: number, options: NodeOptions): Promise<UdpNode> =>
      world.start(port, { lan: lan.open('127.0.0.1'), ...options });
    const [open, closed] = [await start(1378, {}), await start(1379, sealed())];
    const warnings = [open, closed].map(warningsOf);
    await world.clock.advance(100_000);
    expect(warnings.flat().map(({ message }) => message)).toEqual([
      'A sealed cluster is on this network (127.0.0.1); this open node cannot read it.',
      'An open node is on this network (127.0.0.1:1); this sealed node ignores it.',
    ]);
    expect([open, closed].flatMap(addressesOf)).toEqual([]);
  });

  it.each([
    ['another key', toySeal('other')],
    ['no key', undefined],
  ])('A member that comes back with %s is told of as such, once', async (_, seal) => {
    const world = new World();
    const all = ports(1378, 2);
    const [left, changed] = await startAll(world, all, sealed);
    const warnings = warningsOf(left!);
    await world.clock.advance(2000);
    await changed!.close();
    await world.start(1379, { members: [at(1378)], ...(seal && { seal }) });
    // What else the machine sends, its announcements say, is of the same member.
    await world.start(1380, { members: [at(1378)], ...(seal && { seal }) });
    await world.clock.advance(100_000);
    expect(warnings.map(({ kind, peer }) => ({ kind, peer }))).toEqual([
      { kind: 'changed-member', peer: at(1379) },
    ]);
  });

  it('Sealed nodes find each other by their announcements', async () => {
    const world = new World();
    const lan = new MemoryLan(world.clock);
    const nodes = await startAll(world, ports(1378, 5), () => ({
      ...{ members: [], lan: lan.open('127.0.0.1') },
      ...sealed(),
    }));
    await world.clock.advance(3000);
    for (const node of nodes) expect(addressesOf(node)).toHaveLength(4);
  });

  it('A member whose key is not the first of others is heard, as their keys open it', async () => {
    const world = new World();
    const [one, other] = [toySeal('one'), toySeal('other')];
    const ring = { ...one, open: (bytes: Uint8Array) => pick(one.open(bytes), other, bytes) };
    const nodes = [
      await world.start(1378, { seal: ring }),
      await world.start(1379, {
        members: [at(1378)],
        seal: { ...other, open: (bytes) => pick(other.open(bytes), one, bytes) },
      }),
    ];
    await world.clock.advance(1000);
    expect(nodes.map(addressesOf)).toEqual([[at(1379)], [at(1378)]]);
  });
});

/** What was opened, or what another seal says. */
function pick(
  opened: ReturnType<ReturnType<typeof toySeal>['open']>,
  seal: ReturnType<typeof toySeal>,
  bytes: Uint8Array,
): typeof opened {
  return opened === 'other-key' ? seal.open(bytes) : opened;
}

describe('what a sealed node does not open', () => {
  const from = '127.0.0.1:9';
  const hello = new TextEncoder().encode(
    'DISCOVER,\n{"v":2,"id":"0123456789abcdef","ping":"0123456789abcdef"}\n',
  );

  /** A sealed node, what it shows of the wire, and a way to send to it. */
  async function target(): Promise<{
    world: World;
    node: UdpNode;
    wire: WireEvent[];
    deliver: (bytes: Uint8Array) => Promise<void>;
  }> {
    const world = new World();
    const node = await world.start(1378, sealed());
    const wire: WireEvent[] = [];
    node.on('wire', (event) => wire.push(event));
    const deliver = (bytes: Uint8Array): Promise<void> => {
      world.network.forge(bytes, from, at(1378));
      return world.clock.advance(1);
    };
    return { world, node, wire, deliver };
  }

  it('A datagram that was cut or changed at any byte is dropped, and then the genuine one opens', async () => {
    const { node, wire, deliver } = await target();
    const genuine = toySeal().seal(hello);
    for (const at of genuine.keys()) {
      await deliver(genuine.subarray(0, at));
      await deliver(genuine.map((byte, place) => (place === at ? byte ^ 1 : byte)));
    }
    expect(wire).toEqual([]);
    expect(addressesOf(node)).toEqual([]);
    await deliver(genuine);
    expect(wire.map(({ direction }) => direction)).toEqual(['in', 'out']);
    expect(addressesOf(node)).toEqual([from]);
  });

  it('A datagram that comes again is dropped, from whichever address it comes', async () => {
    const { world, node, wire, deliver } = await target();
    const genuine = toySeal().seal(hello);
    await deliver(genuine);
    const shown = wire.length;
    await deliver(genuine);
    world.network.forge(genuine, '127.0.0.1:10', at(1378));
    await world.clock.advance(1);
    expect(wire).toHaveLength(shown);
    expect(node.refused).toMatchObject({ replayed: 2, forged: 0 });
    expect(addressesOf(node)).toEqual([from]);
  });

  it('Any bytes at all are dropped and counted, and tell at most once of each kind', async () => {
    const { node, wire, deliver } = await target();
    const warnings = warningsOf(node);
    const genuine = toySeal().seal(hello);
    let sent = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ maxLength: 1300 }),
          fc.uint8Array({ maxLength: 1300 }).map((rest) => Buffer.concat([Buffer.of(1), rest])),
          fc
            .uint8Array({ maxLength: 1300 })
            .map((rest) => Buffer.concat([genuine.subarray(0, 29), rest])),
          fc.string().map((text) => new TextEncoder().encode(`DISCOVER,${text}`)),
        ),
        async (bytes) => {
          sent += 1;
          await deliver(bytes);
        },
      ),
    );
    expect(wire).toEqual([]);
    const counts = Object.values(node.refused!);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(sent);
    const kinds = warnings.map(({ kind }) => kind);
    expect(new Set(kinds).size).toBe(kinds.length);
    for (const { message } of warnings) expect(message).toMatch(/^[ -~]{1,512}$/);
  });

  it('A datagram that is longer than any member sends is not opened', async () => {
    const { world } = await target();
    let opened = 0;
    const seal = toySeal();
    const node = await world.start(1379, {
      seal: { ...seal, open: (bytes) => ((opened += 1), seal.open(bytes)) },
    });
    const maker = toySeal();
    for (const length of [16_384, 16_385])
      world.network.forge(maker.seal(Buffer.alloc(length, 32)), from, at(1379));
    await world.clock.advance(1);
    expect(opened).toBe(1);
    expect(node.refused).toMatchObject({ forged: 1 });
  });

  it('Other programs that send to the port cause no warning', async () => {
    const { node, deliver } = await target();
    const warnings = warningsOf(node);
    await deliver(new TextEncoder().encode('hello'));
    await deliver(new Uint8Array());
    expect(warnings).toEqual([]);
    expect(node.refused).toMatchObject({ 'not-sealed': 2 });
  });
});
