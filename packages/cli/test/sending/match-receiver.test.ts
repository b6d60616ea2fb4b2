// Which member a typed receiver is.
import { describe, expect, it } from 'vitest';
import { matchReceiver, receiverFault, typedAddress } from '../../src/sending/match-receiver.ts';

const members = [
  { address: '10.0.0.1:1378', name: 'desk' },
  { address: '10.0.0.2:1378', name: 'desktop' },
  { address: '10.0.0.3:1378', name: 'Anna' },
  { address: '10.0.0.4:1378', name: 'twin' },
  { address: '10.0.0.5:1378', name: 'twin' },
  { address: '10.0.0.6:1378', name: undefined },
];

const found = (typed: string): unknown => {
  const match = matchReceiver(typed, members);
  if (match.kind === 'none') return match.near;
  return match.kind === 'one' ? match.member.address : match.members.map(({ address }) => address);
};

describe('a typed receiver', () => {
  it.each([
    ['desk', '10.0.0.1:1378'],
    ['deskt', '10.0.0.2:1378'],
    ['anna', '10.0.0.3:1378'],
    ['an', '10.0.0.3:1378'],
    ['10.0.0.6:1378', '10.0.0.6:1378'],
    ['10.0.0.6', '10.0.0.6:1378'],
    ['des', ['10.0.0.1:1378', '10.0.0.2:1378']],
    ['twin', ['10.0.0.4:1378', '10.0.0.5:1378']],
    ['dsek', ['desk']],
    ['', []],
  ])('%j is %j', (typed, expected) => {
    expect(found(typed)).toEqual(expected);
  });

  it.each([
    ['10.0.0.9', '10.0.0.9:1378'],
    ['node3:1400', 'node3:1400'],
    ['::1', '[::1]:1378'],
    ['desk', undefined],
  ])('%j is the address %j', (typed, address) => {
    expect(typedAddress(typed)).toBe(address);
  });
});

it.each([
  ['', 'expected a name or an address'],
  ['127.0.0.1:99999', '"127.0.0.1:99999" is not an address'],
  ['desk:0', '"desk:0" is not an address'],
  ['desk', undefined],
  ['my desk: 2', undefined],
  ['[::1]:1378', undefined],
])('%j is no receiver: %j', (typed, fault) => {
  if (fault === undefined) expect(receiverFault(typed)).toBeUndefined();
  else expect(receiverFault(typed)).toContain(fault);
});
