// Which machine an address counts for.
import { expect, it } from 'vitest';
import { machineOf } from '../../src/limits/machine.ts';

it.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['::ffff:c000:207', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2:ffff::9', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['2001:db8:0:0:1::', '2001:db8:0:0::/64'],
  ['fe80::1:2:3:4', 'fe80::1:2:3:4'],
  ['::1', '::1'],
  ['node1', 'node1'],
])('The address %s counts for the machine %s', (host, machine) => {
  expect(machineOf(host)).toBe(machine);
});
