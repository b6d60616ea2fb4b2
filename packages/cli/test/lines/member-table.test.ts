// How members are shown.
import type { Member } from '@peerlane/udp-node';
import { expect, it } from 'vitest';
import { jsonEventSchema } from '../../src/index.ts';
import { memberEvent, memberTable } from '../../src/lines/member-table.ts';

const heard: Member = {
  address: '127.0.0.1:1379',
  state: 'heard',
  version: 2,
  name: 'desk',
  tcpPort: 5,
  heardAt: 1000,
  roundTrip: 1.5,
  owesSince: undefined,
};

it('A member that owes the answer to a ping for a second is silent, not heard', () => {
  const stateOf = (owesSince: number | undefined, state: 'heard' | 'configured' = 'heard') =>
    memberTable([{ ...heard, state, owesSince }], 5000)[1]!.split(/ {2,}/)[2];
  expect(stateOf(undefined)).toBe('heard');
  expect(stateOf(4001)).toBe('heard');
  expect(stateOf(4000)).toBe('silent');
  expect(stateOf(4000, 'configured')).toBe('configured');
});

it('The event of a silent member says for how long a ping is unanswered', () => {
  const silent = memberEvent({ ...heard, owesSince: 2000 }, 5000);
  expect(jsonEventSchema.parse(silent)).toMatchObject({ state: 'heard', silentMs: 3000 });
  expect(memberEvent({ ...heard, owesSince: 4500 }, 5000)).not.toHaveProperty('silentMs');
});
