// An offer to send something: a request in which a sender asks whether it is wanted.
import { ProtocolError } from './protocol-error.ts';
import type { TransferRequestV2 } from './transfer-request.ts';

/** One thing that a sender offers, of the one or more things of a send. Data: not safe to print. */
export interface SendOffer {
  /** Which send it belongs to: 16 hex digits, drawn by the sender. */
  readonly send: string;
  /** `file`, `folder` or `text`; anything else is of a later version. */
  readonly kind: string;
  /** The name of the file or folder. */
  readonly filename: string;
  /** In bytes. */
  readonly size: number;
  /** The root of the content: of the manifest of a file or text, or of the tree of a folder. 64 hex digits. */
  readonly root: string;
  /** The TCP port of the sender's server, at the address from which the offer comes. */
  readonly port: number;
  /** The name of the sender. */
  readonly from?: string;
  /** How many files a folder has. */
  readonly files?: number;
  /** How many things the send has in all. */
  readonly items: number;
  /** How many bytes all of them have together. */
  readonly total: number;
  /** Others who receive the same, as `host:port` of their servers. */
  readonly peers: readonly string[];
}

/** What became of an offer. */
export type SendState =
  /** Nobody has decided yet: the sender asks again. */
  | 'later'
  /** It is wanted, and is being fetched. */
  | 'accepted'
  | 'declined'
  /** All of it is there and verified. */
  | 'received'
  | 'failed';

/** Why an offer that was accepted has failed. */
export type SendFailure = 'no-space' | 'disk' | 'changed' | 'unreachable' | 'cancelled';

/** The most bytes that a text can have. */
export const maxSentTextBytes = 65_536;

/** How many others are named in an offer at most. */
export const maxSendPeers = 16;

/**
 * The request that asks whether an offer is wanted.
 *
 * @see docs/protocol.md, "Accept"
 */
export function sendOfferRequest({ peers, ...offer }: SendOffer): TransferRequestV2 {
  return {
    ...{ version: 2, want: 'accept' },
    ...offer,
    ...(peers.length > 0 && { peers: peers.slice(0, maxSendPeers) }),
  };
}

/**
 * The offer in a request with `want: "accept"`.
 *
 * @throws ProtocolError `bad-request` if the request lacks a key of an offer, or contradicts itself
 * @see docs/protocol.md, "Accept"
 */
export function readSendOffer(request: TransferRequestV2): SendOffer {
  const { send, kind, filename, size, root, port, from, files, peers = [] } = request;
  const { items = 1, total = size } = request;
  const lacking = Object.entries({ send, kind, filename, size, root, port }).find(
    ([, value]) => value === undefined,
  );
  if (lacking) throw new ProtocolError('bad-request', `the offer has no "${lacking[0]}"`);
  if (total! < size!) throw new ProtocolError('bad-request', 'the offer is larger than its total');
  if (kind === 'text' && size! > maxSentTextBytes)
    throw new ProtocolError('bad-request', `a text has at most ${maxSentTextBytes} bytes`);
  return {
    ...{ send: send!, kind: kind!, filename: filename!, size: size!, root: root!, port: port! },
    ...(from !== undefined && { from }),
    ...(files !== undefined && { files }),
    ...{ items, total: total!, peers: peers.slice(0, maxSendPeers) },
  };
}
