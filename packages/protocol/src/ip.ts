/** A part of an IPv4 address, as a regular expression. */
export const octet = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';

const ipv4 = new RegExp(`^(?:${octet}\\.){3}${octet}$`);
const longestIpv6 = 45;

export function isIpv4(text: string): boolean {
  return ipv4.test(text);
}

/**
 * The shortest form of an IPv6 address without brackets (RFC 5952), and of an IPv4-mapped one the
 * IPv4 address; `undefined` where the text is none. The class URL knows that too, but takes so long,
 * most of all to throw, that a datagram with thousands of them would hold a node up.
 */
export function normalIpv6(text: string): string | undefined {
  if (text.length > longestIpv6) return undefined;
  const groups = groupsOf(text.includes('.') ? withoutDots(text) : text);
  if (!groups) return undefined;
  const [high, low] = [groups[6]!, groups[7]!];
  if (groups[5] === 0xffff && groups.findIndex((value) => value !== 0) === 5) {
    return [high >> 8, high & 255, low >> 8, low & 255].join('.');
  }
  return shortest(groups);
}

/** The same with two groups in the place of an IPv4 address at its end. */
function withoutDots(text: string): string {
  const start = text.lastIndexOf(':') + 1;
  const last = text.slice(start);
  if (!isIpv4(last)) return '';
  const [a, b, c, d] = last.split('.').map(Number);
  return `${text.slice(0, start)}${((a! << 8) | b!).toString(16)}:${((c! << 8) | d!).toString(16)}`;
}

/** The eight numbers. */
function groupsOf(text: string): number[] | undefined {
  const groups: number[] = [];
  let gap = text.startsWith('::') ? 0 : -1;
  let at = gap === 0 ? 2 : 0;
  while (at < text.length) {
    const start = at;
    let value = 0;
    for (let digit; at < start + 4 && (digit = digitOf(text.charCodeAt(at))) >= 0; at += 1) {
      value = 16 * value + digit;
    }
    if (at === start || groups.push(value) > 8) return undefined;
    if (at === text.length) break;
    // A colon is followed by a group or, once, by another colon.
    if (text[at] !== ':' || (at += 1) === text.length) return undefined;
    if (text[at] === ':') {
      if (gap >= 0) return undefined;
      gap = groups.length;
      at += 1;
    }
  }
  const missing = 8 - groups.length;
  if (gap < 0) return missing === 0 ? groups : undefined;
  // Two colons stand for one group or more.
  if (missing < 1) return undefined;
  return [...groups.slice(0, gap), ...zeros.slice(0, missing), ...groups.slice(gap)];
}

const zeros: readonly number[] = [0, 0, 0, 0, 0, 0, 0, 0];

/** The value of a hexadecimal digit, or -1. */
function digitOf(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const lower = code | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

/** Eight groups with the first of the longest runs of zeros left out. */
function shortest(groups: readonly number[]): string {
  let [start, length] = [0, 1];
  for (let from = 0; from < 8; from += 1) {
    let to = from;
    while (groups[to] === 0) to += 1;
    if (to - from > length) [start, length] = [from, to - from];
  }
  const [head, tail] = [groups.slice(0, start), groups.slice(start + length)];
  const write = (part: readonly number[]): string =>
    part.map((value) => value.toString(16)).join(':');
  return length > 1 ? `${write(head)}::${write(tail)}` : write(groups);
}
