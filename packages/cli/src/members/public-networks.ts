// The networks of this machine that `--lan` leaves out, because their addresses are public.
import { networkInterfaces } from 'node:os';
import { allowNetworks } from '@peerlane/udp-node';

/** A network of fewer addresses has no other machine: it is one end of a line. */
const mostPrefix = 30;

/**
 * The IPv4 networks of this machine to which a node sends nothing, as `203.0.113.0/24`, and whether it has
 * none besides.
 *
 * @param allow the networks that the user has allowed
 */
export function publicNetworks(
  allow: readonly string[],
  found: ReturnType<typeof networkInterfaces> = networkInterfaces(),
): { readonly networks: readonly string[]; readonly areAll: boolean } {
  const isAllowed = allowNetworks(allow);
  const outside = Object.values(found)
    .flatMap((entries = []) => entries)
    .filter(({ internal, family }) => !internal && family === 'IPv4');
  const left = outside.filter(({ address }) => !isAllowed(address));
  const networks = left.flatMap(({ address, cidr }) => networkOf(address, cidr) ?? []);
  return { networks: [...new Set(networks)], areAll: left.length === outside.length };
}

/** The network of an IPv4 address; `undefined` if it has no other machine. */
function networkOf(address: string, cidr: string | null): string | undefined {
  const prefix = Number(cidr?.split('/')[1] ?? 32);
  if (prefix > mostPrefix) return undefined;
  const size = 2 ** (32 - prefix);
  const number = address.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0);
  const first = Math.floor(number / size) * size;
  const bytes = [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256);
  return `${bytes.join('.')}/${prefix}`;
}

/** What to add where the machines of such networks shall be reached; `undefined` without such a network. */
export function allowAdvice(networks: readonly string[]): string | undefined {
  if (networks.length === 0) return undefined;
  return (
    `--lan leaves out ${networks.join(', ')}, whose addresses are public: ` +
    `to reach the machines there, add --allow ${networks.join(',')} on each of them`
  );
}
