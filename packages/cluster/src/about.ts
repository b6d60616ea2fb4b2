import { encodeMessage, type DiscoverExtension } from '@peerlane/protocol';
import type { Settings } from './options.ts';

/** What a node says of itself in each full DISCOVER. */
export function aboutOf({ id, name, tcp, period, guest }: Settings): DiscoverExtension {
  return {
    v: 2,
    id,
    period: Math.ceil(period),
    ...(name !== undefined && { name }),
    ...(tcp !== undefined && { tcp }),
    ...(guest && { guest }),
  };
}

/**
 * The length of a DISCOVER without addresses that says all that it can, in bytes.
 *
 * @throws ProtocolError `not-encodable` where the node's name or another key is not allowed
 */
export function overheadOf(about: DiscoverExtension): number {
  const digits = '0'.repeat(16);
  const extension = { ...about, ping: digits, pong: digits };
  return encodeMessage({ type: 'discover', addresses: [], extension }).length;
}
