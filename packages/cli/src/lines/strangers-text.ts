// Says that nodes were noticed which this one cannot talk to, and how it could.

/**
 * One line for a node that hears no member, but others; `undefined` if it has noticed none.
 *
 * @param kinds the kinds of the node's warnings
 * @param sealedBy the id of this node's key
 */
export function strangersText(
  kinds: ReadonlySet<string>,
  sealedBy: string | undefined,
): string | undefined {
  if (kinds.has('sealed-neighbour'))
    return 'No open node was heard, but a sealed one: get its key with p2p join.';
  const nobody = `No node with key ${sealedBy!} was heard`;
  if (kinds.has('other-cluster'))
    return `${nobody}, but one with another key: get that with p2p join.`;
  if (kinds.has('open-neighbour')) return `${nobody}, but an open one: ask it with --open.`;
  return undefined;
}
