// The command `join` of a session: adds nodes to the cluster, and says whether they answer.
import {
  ipVersion,
  isLoopback,
  isWildcard,
  parsePeerAddress,
  type PeerAddress,
} from '@peerlane/protocol';
import { noAddressText, readPeerAddress, splitList } from '../config/peer-addresses.ts';
import { noAnswerText } from '../members/no-answer-text.ts';
import { ownAddresses } from '../members/own-addresses.ts';
import { unreachableText } from '../members/reaching-host.ts';
import { waitForMembers } from '../members/wait-for-members.ts';
import type { PeerlaneNode } from '../node/node.ts';
import type { Dialogue } from './dialogue.ts';
import type { SessionOptions } from './session-options.ts';

/** How long a node that was named may take to answer, in milliseconds. */
const answerTimeout = 5000;

/** Adds the nodes that were typed, and waits a few seconds for the answer of each. */
export async function join(
  typed: string,
  node: PeerlaneNode,
  dialogue: Dialogue,
  options: SessionOptions,
): Promise<void> {
  if (/^\s*\d{1,2}[\s-]+[a-z]+[\s-]+[a-z]+\s*$/i.test(typed)) {
    const words = typed.trim().replace(/[\s-]+/g, '-');
    dialogue.fail(
      `An invitation is accepted in another terminal: p2p join ${words}. Then start this session anew`,
    );
    return;
  }
  const texts = splitList(typed);
  if (texts.length === 0) dialogue.fail('Expected an address: join HOST[:PORT]');
  await Promise.all(texts.map((text) => joinOne(text, node, dialogue, options)));
}

async function joinOne(
  text: string,
  node: PeerlaneNode,
  dialogue: Dialogue,
  { host, protocol, signal }: Pick<SessionOptions, 'host' | 'protocol' | 'signal'>,
): Promise<void> {
  const address = readPeerAddress(text);
  const fault = address === undefined ? noAddressText(text) : unreachableText(host, [address]);
  if (address === undefined || fault !== undefined) {
    dialogue.fail(fault!);
    return;
  }
  if (isItself(address, node.address)) {
    dialogue.fail(`This node itself has the address ${address}`);
    return;
  }
  if (node.isHeard(address)) {
    dialogue.say(`${address} is already a member.`);
    return;
  }
  node.join(address);
  // The original answers no greeting: a node that speaks as it does cannot know who is there.
  if (protocol === 1) dialogue.say(`Added ${address} to the members.`);
  else if (await waitForMembers(node, () => node.isHeard(address), answerTimeout, signal))
    dialogue.say(`Joined ${address}.`);
  else if (!signal.aborted)
    dialogue.fail(
      `${noAnswerText([address], undefined, node.sealedBy)}. It will be retried for a while`,
    );
}

/** Whether an address leads to the node that is bound to `bound`. */
function isItself(address: string, bound: PeerAddress): boolean {
  if (ownAddresses(bound).includes(address)) return true;
  const { host, port } = parsePeerAddress(address);
  if (port !== bound.port || !isLoopback(host)) return false;
  // On all addresses of IPv4 alone, another node may be at that of IPv6.
  if (isWildcard(bound.host)) return bound.host === '::' || ipVersion(host) !== 6;
  return host === 'localhost' && bound.host === '127.0.0.1';
}
