// The bytes that a peer may be sent before it has proven itself.
import { describe, expect, it } from 'vitest';
import { adjustAllowance, allowanceLeft, noAllowance } from '../src/allowance.ts';
import { newPeer } from '../src/peer.ts';
import { allowed, charge, grant } from '../src/send.ts';
import { resolveOptions } from '../src/options.ts';
import { initialState, put, type State } from '../src/state.ts';
import { at, hex } from './support/world.ts';

const hour = 3_600_000;

describe('an allowance', () => {
  it('An allowance grows by what is granted, shrinks by what is sent, and is lost after an hour', () => {
    const first = adjustAllowance(noAllowance, 30, 1000);
    expect(first).toEqual({ bytes: 30, since: 1000 });
    const later = adjustAllowance(first, 12, 2000);
    expect(later).toEqual({ bytes: 42, since: 1000 });
    expect(adjustAllowance(later, -40, 3000)).toEqual({ bytes: 2, since: 1000 });
    expect([allowanceLeft(later, hour + 999), allowanceLeft(later, hour + 1000)]).toEqual([42, 0]);
    expect(adjustAllowance(later, 5, hour + 1000)).toEqual({ bytes: 5, since: hour + 1000 });
    // Once it is used up, a new hour begins.
    expect(adjustAllowance(adjustAllowance(first, -30, 2000), 7, 3000)).toEqual({
      bytes: 7,
      since: 3000,
    });
  });
});

describe('a peer', () => {
  const stateOf = (): State =>
    initialState(resolveOptions({ self: [at(0)], id: hex(), newPing: hex }));

  it('A peer that has proven nothing is sent what it was granted, to the byte', () => {
    const state = stateOf();
    const peer = put(state, newPeer('10.0.0.1:1', 0), []);
    expect(charge(state, peer, 1, 0)).toBe(false);
    const granted = grant(state, peer, 10, 0);
    expect(charge(state, granted, 11, 1)).toBe(false);
    expect(charge(state, granted, 10, 1)).toBe(true);
    expect(charge(state, state.peers.get(peer.address)!, 1, 2)).toBe(false);
    expect(grant(state, granted, 0, 3)).toBe(granted);
    expect(grant(state, granted, -1, 3)).toBe(granted);
  });

  it.each([
    ['10.0.0.1:1', 0],
    ['[fe80::1]:1', 0],
    ['[fe80::1.2.3.4]:1', 0],
    // A name is looked up, and the address that it resolves to is greeted instead.
    ['name:1', Infinity],
    ['1.example:1', Infinity],
  ])('An unknown peer at %s may be sent %d bytes', (address, bytes) => {
    const state = stateOf();
    expect(allowed(state, put(state, newPeer(address, 0), []), 0)).toBe(bytes);
  });

  it('A configured or proven peer may be sent anything', () => {
    const state = stateOf();
    const configured = newPeer('10.0.0.1:1', 0, { configured: true });
    const proven = newPeer('10.0.0.2:1', 0, { proven: true, heardAt: 0, version: 2 });
    const silent = { ...proven, quietSince: 0 };
    const may = [configured, proven, silent].map((peer) => allowed(state, peer, 0));
    expect(may).toEqual([Infinity, Infinity, 0]);
    expect(grant(state, proven, 10, 0)).toBe(proven);
  });
});
