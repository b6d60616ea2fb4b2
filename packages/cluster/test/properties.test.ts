import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Agenda } from '../src/agenda.ts';
import { nextDue, tick } from '../src/attend.ts';
import { resolveOptions } from '../src/options.ts';
import { receiveDiscover } from '../src/receive.ts';
import { initialState } from '../src/state.ts';
import { addressesOf, at, cluster, hex, period, receive, World } from './world.ts';

const address = fc.oneof(
  fc.nat(30).map(at),
  fc.constantFrom('node1:1378', 'node2:1378', '[fe80::1]:1378', 'localhost:1378'),
);
const lists = fc.array(fc.array(address, { maxLength: 8 }), { maxLength: 8 });
const bits = fc.nat(3).map((n) => n.toString(16).padStart(16, '0'));

const event = fc.oneof(
  fc.record({
    type: fc.constant('discover' as const),
    from: address,
    addresses: fc.array(address, { maxLength: 12 }),
    extension: fc.option(
      fc.record(
        {
          v: fc.constant(2),
          id: bits,
          ping: bits,
          pong: fc.oneof(bits, fc.constant('echo')),
          period: fc.integer({ min: 1, max: 1_000_000 }),
          leave: fc.constant(true as const),
          guest: fc.constant(true as const),
        },
        { requiredKeys: ['v', 'id'] },
      ),
      { nil: undefined },
    ),
  }),
  fc.record({ type: fc.constant('spoke' as const), from: address }),
  fc.record({ type: fc.constant('resolved' as const), name: address, address }),
  fc.record({ type: fc.constant('answered' as const), from: address }),
  fc.record({ type: fc.constant('ask' as const) }),
  fc.record({
    type: fc.constant('wait' as const),
    ms: fc.constantFrom(1, 1000, period, 10 * period, 86_400_000),
  }),
);

describe('merging', () => {
  it('gives the same members in whatever order lists come, and again', () => {
    fc.assert(
      fc.property(lists, (all) => {
        const merged = (order: string[][]): Set<string> => {
          const node = cluster();
          for (const addresses of order) receive(node, at(99), { addresses }, 0);
          return new Set(addressesOf(node));
        };
        const once = merged(all);
        expect(merged(all.toReversed())).toEqual(once);
        expect(merged([...all, ...all])).toEqual(once);
        const expected = new Set(all.flat().filter((member) => member !== at(0)));
        if (all.length > 0) expected.add(at(99));
        expect(once).toEqual(expected);
      }),
    );
  });
});

describe('no sequence of events', () => {
  it('makes a node list itself, list anyone twice, exceed a bound, or forget a configured peer', () => {
    const members = [at(1), 'node1:1378'];
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const bounds = { maxMembers: 8, maxQuiet: 5, maxTold: 6 };
        const node = cluster({ members, id: 'f'.repeat(16), ...bounds });
        let now = 0;
        let lastPing = hex();
        const note = (changes: ReturnType<typeof node.tick>): void => {
          for (const change of changes) {
            if (change.type !== 'send') continue;
            expect(change.to).not.toBe(at(0));
            lastPing = change.messages[0]?.extension?.ping ?? lastPing;
          }
        };
        note(node.start(now));
        for (const one of events) {
          if (one.type === 'wait') now += one.ms;
          while (node.due <= now) note(node.tick(node.due));
          if (one.type === 'discover') {
            const { from, addresses, extension } = one;
            const echoed =
              extension?.pong === 'echo' ? { ...extension, pong: lastPing } : extension;
            const { pong, ...rest } = echoed ?? { pong: undefined };
            const line = echoed && {
              ...(rest as typeof echoed),
              ...(pong !== undefined && { pong }),
            };
            note(receive(node, from, { addresses, ...(line && { extension: line }) }, now));
          } else if (one.type === 'spoke') note(node.spoke(one.from, now));
          else if (
            one.type === 'resolved' &&
            !one.name.startsWith('127.') &&
            one.address !== at(0)
          ) {
            note(node.resolved(one.name, one.address));
          } else if (one.type === 'answered') node.answered(one.from, 5);

          const listed = addressesOf(node);
          expect(listed).not.toContain(at(0));
          expect(new Set(listed).size).toBe(listed.length);
          expect(listed.length).toBeLessThanOrEqual(bounds.maxMembers);
          const asked = node.contacts(now);
          expect(asked.filter(({ quiet }) => quiet).length).toBeLessThanOrEqual(bounds.maxQuiet);
          expect(asked.map((contact) => contact.address)).not.toContain(at(0));
        }
        // Configured names may turn out to be one, or one of its aliases, but never nobody.
        expect(addressesOf(node).length).toBeGreaterThan(0);
      }),
      { numRuns: 150 },
    );
  });

  it('drops a peer that speaks every period, or leaves a dead one listed for long', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 7 }),
        fc.integer({ min: 0, max: 9 * period }),
        fc.array(fc.integer({ min: 0, max: 5000 }), { minLength: 7, maxLength: 7 }),
        (count, death, starts) => {
          const world = new World();
          for (let n = 1; n <= count; n += 1) {
            world.advance(starts[n - 1]!);
            world.start(at(n), { members: n === 1 ? [] : [at(n - 1)] });
          }
          world.advance(3 * period);
          const everyone = (): void => {
            for (const [self, node] of world.nodes) {
              const others = [...world.nodes.keys()].filter((other) => other !== self);
              expect(new Set(addressesOf(node))).toEqual(new Set(others));
            }
          };
          everyone();
          world.advance(death);
          everyone();
          // The last of the chain dies, configured by nobody; a liar goes on telling about it.
          world.kill(at(count));
          for (let i = 0; i < 8; i += 1) {
            for (const node of world.nodes.keys())
              world.send(at(50), node, { addresses: [at(count)] });
            world.advance(period);
          }
          for (const node of world.nodes.values())
            expect(addressesOf(node)).not.toContain(at(count));
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe('the agenda', () => {
  it('gives back what was put in, earliest first', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50)), (dues) => {
        const agenda = new Agenda();
        for (const [i, due] of dues.entries()) agenda.add(String(i), due);
        expect(agenda.size).toBe(dues.length);
        const out = dues.map(() => agenda.pop()!.due);
        expect(out).toEqual(dues.toSorted((a, b) => a - b));
        expect(agenda.pop()).toBeUndefined();
        expect(agenda.peek()).toBeUndefined();
      }),
    );
  });

  it('does not grow by what a peer says', () => {
    const state = initialState(
      resolveOptions({ self: [at(0)], id: hex(), newPing: hex, members: [] }),
    );
    for (let now = 0; now < 10_000; now += 1) {
      receiveDiscover(
        state,
        { from: at(1), message: { type: 'discover', addresses: [] }, size: 10 },
        now,
        [],
      );
    }
    expect(state.agenda.size).toBe(1);
    expect(nextDue(state)).toBe(3 * period);
    tick(state, 3 * period, []);
    expect(nextDue(state)).toBe(6 * period + 9999);
  });
});
