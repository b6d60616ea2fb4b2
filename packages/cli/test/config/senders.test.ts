// Whose sends are taken: addresses, networks and names.
import { describe, expect, it } from 'vitest';
import { isFrom, isSender } from '../../src/config/senders.ts';

describe('senders', () => {
  it.each([
    ['192.168.1.7', true],
    ['192.168.1.0/24', true],
    ['fe80::/10', true],
    ['anna', true],
    ['192.168.1.0/33', false],
    ['a/b', false],
    ['x'.repeat(65), false],
  ])('%j can stand for senders: %j', (text, is) => {
    expect(isSender(text)).toBe(is);
  });

  it.each([
    [['192.168.1.0/24'], '192.168.1.7', 'ben', true],
    [['192.168.1.0/24'], '192.168.2.7', 'ben', false],
    [['192.168.1.0/24'], '127.0.0.1', 'ben', false],
    [['::1'], '::1', undefined, true],
    [['anna'], '10.0.0.1', 'anna', true],
    [['anna'], '10.0.0.1', 'ann', false],
    [['10.0.0.1'], '10.0.0.2', '10.0.0.1', false],
  ] as const)('From %j takes from %s as %s: %j', (senders, address, from, is) => {
    expect(isFrom(senders, { address, ...(from !== undefined && { from }) })).toBe(is);
  });
});
