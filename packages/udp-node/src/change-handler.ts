// Does what follows from an event of the cluster: sends, tells the searches, and reports to the user.
import type { Change, Cluster } from '@peerlane/cluster';
import type { UdpNodeEvents } from './events.ts';
import type { WarningKind } from './limits/warnings.ts';
import type { Sender } from './node-cluster.ts';
import type { Requester } from './search/requester.ts';
import type { Outlet } from './sending/outlet.ts';

/** The parts of a node that a change concerns. */
export interface ChangeHandlerOptions {
  readonly view: Cluster;
  readonly outlet: Outlet;
  readonly requester: Requester;
  readonly warn: (kind: WarningKind, peer: string | undefined, message: string) => void;
  readonly emit: <Name extends keyof UdpNodeEvents>(
    ...event: [Name, ...UdpNodeEvents[Name]]
  ) => void;
}

/** Returns a function that does what a change asks for. `sender`: the sender of the message that caused it. */
export function changeHandler({
  view,
  outlet,
  requester,
  warn,
  emit,
}: ChangeHandlerOptions): (change: Change, sender: Sender | undefined) => void {
  return (change, sender) => {
    switch (change.type) {
      case 'send': {
        const { to: name, messages } = change;
        if (sender && view.leadsTo({ name, address: sender.peer }))
          outlet.answer(sender.from, messages);
        else outlet.toMember(name, messages);
        break;
      }
      case 'joined':
        requester.memberJoined(change.address);
        emit('peer', change.address);
        break;
      case 'proven':
        requester.memberProven(change.address);
        break;
      case 'converged':
        requester.converged();
        emit('converged');
        break;
      case 'left':
        requester.memberLeft(change.address);
        emit('gone', change.address);
        break;
      case 'heard':
      case 'silent':
        emit(change.type, change.address);
        break;
      case 'full': {
        const message = `Too many members were named: some are ignored (${change.bound}).`;
        warn('full', change.by, message);
      }
    }
  };
}
