/**
 * Whether an IP address can be that of a single machine: it is neither multicast (224.0.0.0/4,
 * ff00::/8) nor broadcast, nor unspecified (0.0.0.0/8, ::).
 *
 * @param host in its normal form
 */
export function isUnicast(host: string): boolean {
  if (host.includes(':')) return host !== '::' && !/^ff[0-9a-f]{2}:/.test(host);
  const first = Number(host.slice(0, host.indexOf('.')));
  return first !== 0 && (first < 224 || first > 239) && host !== '255.255.255.255';
}
