// The options that a cluster refuses, and the errors.
import { describe, expect, it } from 'vitest';
import { addressesOf, at, cluster } from './support/world.ts';

const refusalOf = (wrong: object): unknown => {
  try {
    cluster(wrong);
  } catch (error) {
    return error;
  }
  return undefined;
};

describe('the options of a cluster', () => {
  it.each<[string, object]>([
    [
      'members: expected an address in its normal form, such as bob:1, got "Bob:1"',
      { members: ['bob:1', 'Bob:1'] },
    ],
    [
      'members: expected an address in its normal form, such as 127.0.0.1:1378, got "bob"',
      { members: ['bob'] },
    ],
    [
      'members: expected an address in its normal form, such as 127.0.0.1:1378, got 7',
      { members: [7] },
    ],
    [
      'self: expected an address in its normal form, such as [::1]:1, got "[0:0::1]:1"',
      { self: ['[0:0::1]:1'] },
    ],
  ])('Bad addresses are refused with bad-address: %s', (message, wrong) => {
    expect(refusalOf(wrong)).toMatchObject({ code: 'bad-address', message });
  });

  it.each<[string, object]>([
    [
      'members: expected an array of addresses such as "127.0.0.1:1378", got "bob:1"',
      { members: 'bob:1' },
    ],
    [
      'self: expected an array of addresses such as "127.0.0.1:1378", got undefined',
      { self: undefined },
    ],
    ['newPing: expected a function, got "ping"', { newPing: 'ping' }],
    ['ownAddress: expected a function, got "a:1"', { ownAddress: 'a:1' }],
    ['guest: expected a boolean, got "yes"', { guest: 'yes' }],
    ['protocol: expected 1 or 2, got 3', { protocol: 3 }],
  ])('Options of a wrong type are refused with a TypeError: %s', (message, wrong) => {
    expect(refusalOf(wrong)).toEqual(new TypeError(message));
  });

  it.each<[string, object]>([
    ...[0, -1, NaN, Infinity].map((period): [string, object] => [
      `period: expected a number of milliseconds above 0, got ${String(period)}`,
      { period },
    ]),
    ['maxMembers: expected an integer above 0, got NaN', { maxMembers: NaN }],
    ['maxQuiet: expected an integer above 0, got 0', { maxQuiet: 0 }],
    ['maxNewPerPeer: expected an integer above 0, got 1.5', { maxNewPerPeer: 1.5 }],
  ])('Numbers out of range are refused with a RangeError: %s', (message, wrong) => {
    expect(refusalOf(wrong)).toEqual(new RangeError(message));
  });

  it.each([{ id: 'short' }, { name: '' }, { tcpPort: 0 }])(
    'Options that no DISCOVER may carry are refused: %j',
    (wrong) => {
      expect(refusalOf(wrong)).toMatchObject({ code: 'not-encodable' });
    },
  );

  it('A member that is named twice is listed once', () => {
    expect(addressesOf(cluster({ members: [at(1), at(1)] }))).toEqual([at(1)]);
  });
});
