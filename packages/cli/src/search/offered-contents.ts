// The contents that the first offers of a file name have, the one with the most machines first.
import { machineOf } from '@peerlane/tcp-transfer';
import type { Offer } from '@peerlane/udp-node';

/** One content that several peers offer under a name. */
export interface OfferedContent {
  /** 64 hexadecimal digits. */
  readonly root: string;
  /** In bytes, if the peers said so. */
  readonly size: number | undefined;
  /** One peer of each machine that offers it, as `host:port`. */
  readonly holders: readonly string[];
}

/**
 * The contents whose roots are offered, that of the most machines first: a machine can have as many
 * identities as it likes, and counts once for each content.
 */
export function offeredContents(offers: readonly Offer[]): OfferedContent[] {
  const contents = new Map<string, { size: number | undefined; machines: Map<string, string> }>();
  for (const { root, size, peer, address } of offers) {
    if (root === undefined) continue;
    const content = contents.get(root) ?? { size, machines: new Map<string, string>() };
    contents.set(root, content);
    const machine = machineOf(address.host);
    if (!content.machines.has(machine)) content.machines.set(machine, peer);
  }
  return [...contents]
    .map(([root, { size, machines }]) => ({ root, size, holders: [...machines.values()] }))
    .sort((a, b) => b.holders.length - a.holders.length);
}

/** Offers in the order in which they are tried: known content by its machines, unknown, and version 1. */
export function inOrderOfTrust(offers: readonly Offer[]): Offer[] {
  const roots = offeredContents(offers).map(({ root }) => root);
  const rankOf = ({ version, root }: Offer): number =>
    version === 1 ? Infinity : root === undefined ? roots.length : roots.indexOf(root);
  return offers.toSorted((a, b) => compare(rankOf(a), rankOf(b)));
}

function compare(a: number, b: number): number {
  return a === b ? 0 : a - b;
}
