// Says that peers do not answer or cannot be asked, and why that may be.
import { parsePeerAddress } from '@peerlane/protocol';
import { getCommand } from '../text/get-command.ts';

/**
 * One line for peers that were named and do not answer. One of version 1 answers nothing but requests for
 * files that it has.
 *
 * @param peers at least one, as `host:port`
 * @param filename the file that was asked for, if one was
 * @param sealedBy the id of the key of this node: without it, nobody answers
 */
export function noAnswerText(
  peers: readonly string[],
  filename?: string,
  sealedBy?: string,
): string {
  const where = peers.slice(0, 1).flatMap((peer) => ['--peer', peer]);
  const original =
    filename === undefined
      ? `answers only requests for files that it has: ${getCommand(where, ['FILENAME'])}`
      : `does not say that it has no "${filename}"`;
  return (
    `No answer from ${peers.join(', ')}: p2p is not running there, on that UDP port, or a firewall stops it, ` +
    (sealedBy === undefined
      ? `or it is sealed (p2p join gets its key), or it is a node of version 1, which ${original}`
      : `or it does not have key ${sealedBy} (p2p invite here lets it join, --open asks open nodes)`)
  );
}

/**
 * One line for peers that were named, none of which can be asked: their names have no address.
 *
 * @param peers at least one, as `host:port`
 */
export function unknownNamesText(peers: readonly string[]): string {
  const names = new Set(peers.map((peer) => parsePeerAddress(peer).host));
  return (
    `No address was found for the name ${[...names].join(', ')}: ` +
    'check how it is written, or use the IP address of that machine'
  );
}
