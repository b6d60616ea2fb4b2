// Which machines of the local network a node hears.
import { isLoopback, isWildcard, zoneOf } from '@peerlane/protocol';
import { faultOf, type Allow } from '../limits/allow.ts';

/**
 * Whether a node that is bound to the host `own` can reach a machine from there, and may. The system
 * passes on what arrived at any interface on which any program of this machine has joined the group.
 */
export function reaches(own: string, host: string, allow: Allow): boolean {
  if (faultOf(host, allow) !== undefined) return false;
  const isOnLink = zoneOf(own) === undefined || zoneOf(own) === zoneOf(host);
  return isWildcard(own) || (isOnLink && isLoopback(own) === isLoopback(host));
}
