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

/** How many machines offer a content, and how many do not say which. */
export interface MachinesOfContents {
  /** The contents whose roots are offered, that of the most machines first. */
  readonly contents: readonly OfferedContent[];
  /** How many machines say no root. */
  readonly silent: number;
}

/** Counts the machines that say which content they have, and those that do not. */
export function machinesOf(offers: readonly Offer[]): MachinesOfContents {
  const silent = new Set(
    offers.filter(({ root }) => root === undefined).map(({ address: { host } }) => machineOf(host)),
  );
  return { contents: offeredContents(offers), silent: silent.size };
}

/**
 * Offers in the order in which they are tried if a root is no sign of trust, as hardly anybody knows that of
 * a folder: those of the most machines first, which say the same root, or none.
 */
export function inOrderOfMachines(offers: readonly Offer[]): Offer[] {
  const { contents, silent } = machinesOf(offers);
  const counts = new Map(contents.map(({ root, holders }) => [root, holders.length]));
  const countOf = ({ root }: Offer): number =>
    root === undefined ? silent : (counts.get(root) ?? 0);
  return offers.toSorted((a, b) => compare(countOf(b), countOf(a)));
}

function compare(a: number, b: number): number {
  return a === b ? 0 : a - b;
}
