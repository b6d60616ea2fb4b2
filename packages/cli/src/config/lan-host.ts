// The host of a node that shares with the local network.
import { networkInterfaces } from 'node:os';

/**
 * The host that stands for every address of this machine: `::`, which reaches IPv4 too, or `0.0.0.0` on
 * a machine that has no IPv6 at all.
 */
export function lanHost(
  found: ReturnType<typeof networkInterfaces> = networkInterfaces(),
): '::' | '0.0.0.0' {
  const addresses = Object.values(found).flatMap((entries) => entries ?? []);
  return addresses.some(({ family }) => family === 'IPv6') ? '::' : '0.0.0.0';
}
