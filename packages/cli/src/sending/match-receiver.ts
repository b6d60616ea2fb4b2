// Which member is meant by what a person has typed. Pure.
import { noAddressText, readPeerAddress } from '../config/peer-addresses.ts';
import { nearestNames } from '../did-you-mean.ts';

/** A member as far as it matters for the choice. */
export interface Candidate {
  /** `host:port`. */
  readonly address: string;
  readonly name: string | undefined;
}

/** The members that a typed text stands for: one, several with that name, or none with similar names. */
export type Match<Of extends Candidate> =
  | { readonly kind: 'one'; readonly member: Of }
  | { readonly kind: 'several'; readonly members: readonly Of[] }
  | { readonly kind: 'none'; readonly near: readonly string[] };

/**
 * Finds a member by its name, its address, or the beginning of its name: a whole name comes before a
 * beginning, and upper and lower case count as the same where nothing fits exactly.
 */
export function matchReceiver<Of extends Candidate>(
  typed: string,
  members: readonly Of[],
): Match<Of> {
  const named = (fits: (name: string) => boolean): readonly Of[] =>
    members.filter(({ name }) => name !== undefined && fits(name.normalize()));
  const wanted = typed.normalize();
  const lower = wanted.toLowerCase();
  const address = readPeerAddress(typed);
  const tries = [
    named((name) => name === wanted),
    members.filter((each) => each.address === address),
    named((name) => name.toLowerCase() === lower),
    wanted === '' ? [] : named((name) => name.toLowerCase().startsWith(lower)),
  ];
  const [member, ...others] = tries.find((each) => each.length > 0) ?? [];
  if (member === undefined)
    return {
      kind: 'none',
      near: nearestNames(
        typed,
        members.flatMap(({ name }) => name ?? []),
      ),
    };
  return others.length === 0
    ? { kind: 'one', member }
    : { kind: 'several', members: [member, ...others] };
}

/** The address that a text is, if it can be nothing else: it has a port, or is an IP address. */
export function typedAddress(typed: string): string | undefined {
  const isClear =
    /:\d+$/.test(typed) || /^[\d.]+$/.test(typed) || /^\[?[\da-f]*:[\da-f:.%\w]*\]?$/i.test(typed);
  return isClear ? readPeerAddress(typed) : undefined;
}

/** What is wrong with a text that can stand for no receiver; `undefined` if nothing is. */
export function receiverFault(typed: string): string | undefined {
  if (typed === '') return 'expected a name or an address';
  const isAddress = /^[\w.[\]:-]+:\d+$/.test(typed);
  return isAddress && readPeerAddress(typed) === undefined ? noAddressText(typed) : undefined;
}
