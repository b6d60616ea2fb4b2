// Shows members of the cluster: a table for a person, events for a program.
import type { Member } from '@peerlane/udp-node';
import { table } from '../text/table.ts';
import type { MemberEvent } from './json-events.ts';

/** A member as an event; `now` is the time of `performance.now()`. */
export function memberEvent(member: Member, now: number): MemberEvent {
  const { address, name, state, version, roundTrip, heardAt } = member;
  return {
    event: 'member',
    address,
    ...(name !== undefined && { name }),
    state,
    version,
    ...(roundTrip !== undefined && { roundTripMs: Number(roundTrip.toFixed(3)) }),
    ...(heardAt !== undefined && { heardMsAgo: Math.max(0, Math.round(now - heardAt)) }),
  };
}

/** A table of members for a person. */
export function memberTable(members: readonly Member[], now: number): string[] {
  return table([
    ['ADDRESS', 'NAME', 'STATE', 'VERSION', 'ROUND TRIP', 'LAST HEARD'],
    ...members.map(({ address, state, version, roundTrip, heardAt, name }) => [
      address,
      name ?? '-',
      state,
      String(version),
      roundTrip === undefined ? '-' : `${roundTrip.toFixed(1)} ms`,
      heardAt === undefined ? 'never' : `${((now - heardAt) / 1000).toFixed(1)} s ago`,
    ]),
  ]);
}
