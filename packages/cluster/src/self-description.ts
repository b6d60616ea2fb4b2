// Describes the node itself, in full and in brief, and measures these descriptions.
import { encodeMessage, type DiscoverExtension } from '@peerlane/protocol';
import type { Settings } from './options.ts';

/** The description that each full DISCOVER carries. */
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

/** The shortest self-description: the node's `id`, and whether it is a guest. */
export function briefDescription({ v, id, guest }: DiscoverExtension): DiscoverExtension {
  return { v, id, ...(guest && { guest }) };
}

/** The lengths of DISCOVERs without addresses on the wire, in bytes. */
export interface DescriptionLengths {
  /** With everything that the node can say of itself. */
  readonly full: number;
  /** With a ping and the brief self-description. */
  readonly ping: number;
  /** With the brief self-description alone. */
  readonly knock: number;
}

/** @throws ProtocolError `not-encodable` if the node's name or another value is not allowed */
export function descriptionLengths(
  { overhead }: Settings,
  about: DiscoverExtension,
  brief: DiscoverExtension,
): DescriptionLengths {
  const digits = '0'.repeat(16);
  const lengthOf = (extension: DiscoverExtension): number =>
    encodeMessage({ type: 'discover', addresses: [], extension }).length + overhead;
  return {
    full: lengthOf({ ...about, ping: digits, pong: digits }),
    ping: lengthOf({ ...brief, ping: digits }),
    knock: lengthOf(brief),
  };
}
