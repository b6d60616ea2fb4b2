// Reads the addresses of peers as a person types them, in every place where they can be typed.
import { domainToASCII } from 'node:url';
import { normalLocalPeerAddress } from '@peerlane/protocol';
import { settings } from './settings.ts';

/** What separates the items of a list: people type commas, blanks or both. */
const separators = /[\s,]+/u;

/** The items of a list of addresses, or of networks, as texts. */
export function splitList(text: string): string[] {
  return text.split(separators).filter((part) => part !== '');
}

/**
 * Reads one address, of which the port may be left out: `node2`, `192.168.1.7:1378`, `[::1]:1378` or
 * `::1`. A name may have letters of any script, which are written as the resolver takes them, and the dot
 * of the root at its end.
 *
 * @returns it as `host:port` in its normal form; `undefined` if the text is no address
 */
export function readPeerAddress(text: string): string | undefined {
  // An IPv6 address has more than one colon: without brackets, none of them precedes a port.
  const isBareIpv6 = /^[^[]*:.*:/.test(text);
  const host = isBareIpv6 ? `[${text}]` : text;
  const hasPort = /[^:]:[^:\]]*$/.test(host);
  const address = hasPort ? host : `${host}:${settings.port.fallback as number}`;
  return normalLocalPeerAddress(address.replace(typedName, resolvable));
}

/** A name that precedes the port. What else a text may contain, such as a path, is refused as it is. */
const typedName = /^[\w.\-\u0080-\uffff]+(?=:)/u;

function resolvable(name: string): string {
  const isAscii = /^[\w.-]*$/.test(name);
  return (isAscii ? name : domainToASCII(name)).replace(/(?<=.)\.$/, '');
}

/** What is wrong with a text that is no address. */
export function noAddressText(text: string): string {
  return `"${text}" is not an address: expected HOST or HOST:PORT, such as 192.168.1.7 or node2:1378`;
}
