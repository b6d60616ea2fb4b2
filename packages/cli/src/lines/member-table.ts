// Shows members of the cluster: a table for a person, events for a program.
import type { Member } from '@peerlane/udp-node';
import { silenceOf } from './status-lines.ts';
import { table } from '../text/table.ts';
import type { MemberEvent } from '../events/json-events.ts';

/** A member as an event; `now` is the time of `performance.now()`. */
export function memberEvent(member: Member, now: number): MemberEvent {
  const { address, name, state, version, roundTrip, heardAt } = member;
  const silence = silenceOf(member, now);
  return {
    event: 'member',
    address,
    ...(name !== undefined && { name }),
    state,
    version,
    ...(roundTrip !== undefined && { roundTripMs: Number(roundTrip.toFixed(3)) }),
    ...(heardAt !== undefined && { heardMsAgo: Math.max(0, Math.round(now - heardAt)) }),
    ...(silence !== undefined && { silentMs: Math.round(silence) }),
  };
}

/** A table of members for a person. One that owes the answer to a ping is silent, not heard. */
export function memberTable(members: readonly Member[], now: number): string[] {
  return table([
    ['ADDRESS', 'NAME', 'STATE', 'VERSION', 'ROUND TRIP', 'LAST HEARD'],
    ...members.map((member) => {
      const { address, state, version, roundTrip, heardAt, name } = member;
      return [
        address,
        name ?? '-',
        state === 'heard' && silenceOf(member, now) !== undefined ? 'silent' : state,
        String(version),
        roundTrip === undefined ? '-' : `${roundTrip.toFixed(1)} ms`,
        heardAt === undefined ? 'never' : `${((now - heardAt) / 1000).toFixed(1)} s ago`,
      ];
    }),
  ]);
}
