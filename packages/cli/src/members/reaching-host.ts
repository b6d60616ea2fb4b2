// From which host the peers that a user names can be reached: nothing leaves 127.0.0.1 for the network.
import { hostOf, ipVersion, isLinkLocal, isLoopback, zoneOf } from '@peerlane/protocol';

/** The host that a guest binds, which shares nothing, so that it reaches the peers that were named. */
export function hostReaching(host: string, peers: readonly string[]): string {
  if (!isLoopback(host)) return host;
  const outside = peers.map(hostOf).filter((peer) => !isLoopback(peer));
  if (outside.length === 0) return host;
  return outside.some((peer) => ipVersion(peer) === 6) ? '::' : '0.0.0.0';
}

/**
 * Says what to add to the command line where a node that is bound to `host` cannot reach a member. A name
 * may stand for this machine, so that nothing is said of names.
 */
export function unreachableText(
  host: string,
  members: readonly string[],
  platform: NodeJS.Platform = process.platform,
): string | undefined {
  const unclear = members.find(
    (each) => isLinkLocal(hostOf(each)) && zoneOf(hostOf(each)) === undefined,
  );
  if (unclear !== undefined) {
    // Windows knows an interface by its number.
    const example = `${hostOf(unclear)}%${platform === 'win32' ? '12' : 'eth0'}`;
    return `${unclear} is link-local: name its interface on this machine too, as in ${example}`;
  }
  if (!isLoopback(host)) return undefined;
  const member = members.find((each) => {
    const of = hostOf(each);
    return ipVersion(of) !== undefined && !isLoopback(of);
  });
  if (member === undefined) return undefined;
  const version = ipVersion(hostOf(member));
  const advice = version === 6 ? '--host ::' : '--lan, or --host with the address of this machine';
  return `${member} is on the network, which a node on ${host} does not reach: add ${advice}`;
}
