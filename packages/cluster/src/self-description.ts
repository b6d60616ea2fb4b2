import { encodeMessage, type DiscoverExtension } from '@peerlane/protocol';
import type { Settings } from './options.ts';

/** What a node says of itself in each full DISCOVER. */
export function selfDescription({ id, name, tcpPort, period, guest }: Settings): DiscoverExtension {
  return {
    v: 2,
    id,
    period: Math.ceil(period),
    ...(name !== undefined && { name }),
    ...(tcpPort !== undefined && { tcp: tcpPort }),
    ...(guest && { guest }),
  };
}

/** The least of that: it names the node, and says whether it is a guest. */
export function briefDescription({ v, id, guest }: DiscoverExtension): DiscoverExtension {
  return { v, id, ...(guest && { guest }) };
}

/** The lengths of DISCOVERs without addresses, in bytes. */
export interface DescriptionLengths {
  /** Of one that says all that it can. */
  readonly full: number;
  /** Of one with no more than a ping. */
  readonly ping: number;
  /** Of one that says who sends it, and no more. */
  readonly knock: number;
}

/** @throws ProtocolError `not-encodable` where the node's name or another key is not allowed */
export function descriptionLengths(
  about: DiscoverExtension,
  brief: DiscoverExtension,
): DescriptionLengths {
  const digits = '0'.repeat(16);
  const lengthOf = (extension: DiscoverExtension): number =>
    encodeMessage({ type: 'discover', addresses: [], extension }).length;
  return {
    full: lengthOf({ ...about, ping: digits, pong: digits }),
    ping: lengthOf({ ...brief, ping: digits }),
    knock: lengthOf(brief),
  };
}
