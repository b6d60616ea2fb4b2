// From which host peers can be reached.
import { expect, it } from 'vitest';
import { hostReaching, unreachableText } from '../../src/members/reaching-host.ts';

it.each([
  ['127.0.0.1', ['127.0.0.1:1', 'localhost:1', '127.9.9.9:1'], '127.0.0.1'],
  ['127.0.0.1', ['127.0.0.1:1', '127.9.9.9:1', 'node2:1'], '0.0.0.0'],
  ['127.0.0.1', ['[fd00::1]:1'], '::'],
  ['127.0.0.1', ['[fd00::1]:1', '10.0.0.1:1'], '::'],
  ['127.0.0.1', ['[fe80::1%eth0]:1'], '::'],
  ['10.0.0.9', ['[fd00::1]:1'], '10.0.0.9'],
])('A guest at %s that is named %j binds %s', (host, peers, bound) => {
  expect(hostReaching(host, peers)).toBe(bound);
});

it('A node that shares is told what to add for the first address that it cannot reach', () => {
  expect(unreachableText('127.0.0.1', ['node2:1', '127.0.0.2:1'])).toBeUndefined();
  expect(unreachableText('0.0.0.0', ['10.0.0.1:1'])).toBeUndefined();
  expect(unreachableText('127.0.0.1', ['node2:1', '10.0.0.1:1'])).toMatch(
    /^10\.0\.0\.1:1 is on .*--lan/,
  );
  expect(unreachableText('127.0.0.1', ['[fd00::1]:1'])).toMatch(/: add --host ::$/);
});

it('A link-local address is refused without its interface, wherever the node is bound', () => {
  for (const host of ['127.0.0.1', '::'])
    for (const [platform, zone] of [
      ['linux', 'eth0'],
      ['win32', '12'],
    ] as const)
      expect(unreachableText(host, ['[fe80::1]:1'], platform)).toBe(
        `[fe80::1]:1 is link-local: name its interface on this machine too, as in fe80::1%${zone}`,
      );
  expect(unreachableText('::', ['[fe80::1%eth0]:1'])).toBeUndefined();
});
