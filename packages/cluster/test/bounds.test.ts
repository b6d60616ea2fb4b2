// The bounds inside of the state that the API does not show.
import { describe, expect, it } from 'vitest';
import { recordAlias } from '../src/aliases.ts';
import { resolveOptions } from '../src/options.ts';
import { newPeer } from '../src/peer.ts';
import { receiveDiscover } from '../src/receive.ts';
import { initialState, put, type Change, type State } from '../src/state.ts';
import { at, hex } from './support/world.ts';

const id = 'f'.repeat(16);

function stateOf(): State {
  return initialState(resolveOptions({ self: [at(0)], id, newPing: hex, maxNewPerPeer: 10_000 }));
}

describe('a state', () => {
  it('A state holds at most a thousand addresses of its own node', () => {
    const state = stateOf();
    put(state, newPeer(at(5000), 0, { configured: true }), []);
    const addresses = Array.from({ length: 1200 }, (_, n) => at(n + 1));
    const told = { type: 'discover', addresses } as const;
    receiveDiscover(state, { from: at(5000), message: told, size: 100_000 }, 0, []);
    for (const address of addresses) {
      const ping = state.peers.get(address)!.ping!;
      const message = { type: 'discover', addresses: [], extension: { v: 2, id, ping } } as const;
      receiveDiscover(state, { from: address, message, size: 100 }, 1, []);
    }
    expect(state.own.others.size).toBe(1000);
    // Further addresses of our own are remembered as peers that do not answer.
    const { present, unanswered } = state.standing;
    expect([[...present], unanswered.size]).toEqual([[at(5000)], 200]);
    const changes: Change[] = [];
    receiveDiscover(state, { from: at(5000), message: told, size: 100_000 }, 2, changes);
    expect(changes.filter(({ type }) => type === 'send')).toEqual([]);
  });

  it('An address that resolves to itself has no alias', () => {
    const state = stateOf();
    put(state, newPeer(at(1), 0), []);
    recordAlias(state, at(1), at(1), []);
    expect(state.aliases.size).toBe(0);
  });

  it('Merging two peers adds up what gossip caused to both, in the order of time', () => {
    const state = stateOf();
    put(state, newPeer('a:1', 0, { gossipSends: [1, 4], local: true }), []);
    put(state, newPeer(at(1), 0, { gossipSends: [2, 3] }), []);
    recordAlias(state, 'a:1', at(1), []);
    expect(state.peers.get(at(1))).toMatchObject({ gossipSends: [1, 2, 3, 4], aliases: ['a:1'] });
  });
});
