// Properties that hold after any sequence of events.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordAlias } from '../src/aliases.ts';
import { chooseContacts, uniqueMembers } from '../src/contacts.ts';
import { leave, start } from '../src/announce.ts';
import { nextDue, tick } from '../src/due-peers.ts';
import { resolveOptions } from '../src/options.ts';
import { isListed } from '../src/peer.ts';
import { receiveDiscover, receiveOther } from '../src/receive.ts';
import { initialState, type Change, type State } from '../src/state.ts';
import {
  addressesOf,
  at,
  cluster,
  hex,
  mutated,
  period,
  receive,
  World,
  request,
} from './support/world.ts';

/** A period that is long enough for a day to be short. */
const slow = 1_800_000;

const address = fc.oneof(
  fc.nat(30).map(at),
  fc.constantFrom('node1:1378', 'node2:1378', '[fe80::1]:1378', 'localhost:1378'),
);
const names = fc.constantFrom('node1:1378', 'node2:1378', 'node3:1378', 'localhost:1378');
const lists = fc.array(fc.array(address, { maxLength: 8 }), { maxLength: 8 });
const bits = fc.nat(3).map((n) => n.toString(16).padStart(16, '0'));

const extension = fc.record(
  {
    v: fc.constant(2),
    id: bits,
    ping: bits,
    period: fc.integer({ min: 1, max: 1_000_000 }),
    leave: fc.constant(true as const),
    guest: fc.constant(true as const),
  },
  { requiredKeys: ['v', 'id'] },
);

const event = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('discover' as const),
      from: address,
      addresses: fc.array(address, { maxLength: 12 }),
      extension: fc.option(extension, { nil: undefined }),
      /** Whether it returns the ping that was sent to its sender. */
      proves: fc.boolean(),
    }),
  },
  fc.record({ type: fc.constant('spoke' as const), from: address }),
  fc.record({ type: fc.constant('resolved' as const), name: names, to: fc.nat(30).map(at) }),
  fc.record({ type: fc.constant('ask' as const) }),
  fc.record({
    type: fc.constant('wait' as const),
    ms: fc.constantFrom(1, 1000, slow, 6 * slow, 86_400_000),
  }),
);

const bounds = { maxMembers: 6, maxQuiet: 4, maxNewPerPeer: 5 };
const members = [at(1), 'node1:1378'];

/** Applies an event, after everything that fell due before it. */
function apply(
  state: State,
  one: typeof event extends fc.Arbitrary<infer T> ? T : never,
  now: number,
): Change[] {
  const changes: Change[] = [];
  while (nextDue(state) <= now) tick(state, nextDue(state), changes);
  if (one.type === 'discover') {
    const pong = state.peers.get(one.from)?.ping;
    const line = one.extension && {
      ...one.extension,
      ...(one.proves && pong !== undefined && { pong }),
    };
    const message = {
      type: 'discover' as const,
      addresses: one.addresses,
      ...(line && { extension: line }),
    };
    receiveDiscover(state, { from: one.from, message, size: 200 }, now, changes);
  } else if (one.type === 'spoke') receiveOther(state, one.from, now, changes);
  else if (one.type === 'resolved') recordAlias(state, one.name, one.to, changes);
  else if (one.type === 'ask') chooseContacts(state, request, now);
  return changes;
}

describe('merging', () => {
  it('Merging lists gives the same members in any order, and again', () => {
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
      { numRuns: mutated ? 10 : 100, endOnFailure: mutated },
    );
  });
});

describe('no sequence of events', () => {
  it('No sequence of events makes a node list itself, exceed a bound, forget a configured peer, or report another list than it has', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 80 }), (events) => {
        const options = { self: [at(0)], id: 'f'.repeat(16), newPing: hex, members };
        const state = initialState(resolveOptions({ ...options, ...bounds, period: slow }));
        const told = new Set(members);
        let now = 0;
        const note = (changes: Change[]): void => {
          for (const change of changes) {
            if (change.type === 'send') expect(change.to).not.toBe(at(0));
            if (change.type === 'joined') told.add(change.address);
            if (change.type === 'left') told.delete(change.address);
          }
        };
        const first: Change[] = [];
        start(state, now, first);
        note(first);
        for (const one of events) {
          if (one.type === 'wait') now += one.ms;
          note(apply(state, one, now));

          const { peers, standing } = state;
          expect(peers.has(at(0))).toBe(false);
          for (const member of members) {
            expect(peers.has(member) || state.own.configured.has(member)).toBe(true);
          }
          const listed = [...peers.values()].filter(isListed).map((peer) => peer.address);
          expect(new Set(listed)).toEqual(told);
          const shown = uniqueMembers(state).map((peer) => peer.address);
          expect(new Set(shown).size).toBe(shown.length);
          expect(standing.present.size + standing.announced.size).toBeLessThanOrEqual(
            bounds.maxMembers,
          );
          expect(standing.quiet.size).toBeLessThanOrEqual(bounds.maxQuiet);
          expect(standing.announced.size + standing.unanswered.size).toBeLessThanOrEqual(
            bounds.maxQuiet,
          );
          const sizes = Object.values(standing).map((addresses) => addresses.size);
          expect(sizes.reduce((sum, size) => sum + size)).toBe(peers.size);
          const outstanding = [...peers.values()].filter(({ ping }) => ping !== undefined);
          expect(new Set(state.pings.values())).toEqual(new Set(outstanding.map((p) => p.address)));
          expect(state.aliases.size).toBeLessThanOrEqual(8 * peers.size);
          for (const owner of state.aliases.values()) expect(peers.has(owner)).toBe(true);
          expect(state.dueQueue.size).toBeLessThanOrEqual(2 * peers.size + 64 + 1);
        }
        const goodbyes: Change[] = [];
        leave(state, now, goodbyes);
        for (const change of goodbyes) expect(change.type).toBe('send');
      }),
      { numRuns: mutated ? 60 : 300, endOnFailure: mutated },
    );
  });

  it('No peer that speaks every period is dropped, and no dead one stays listed for long', () => {
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
          // The last node of the chain dies, configured by nobody, and a liar goes on naming it.
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
      { numRuns: mutated ? 3 : 25, endOnFailure: mutated },
    );
  });
});
