import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/**
 * Ends a connection so that the other side sees that it was cut off, and not a clean end. A stream
 * that knows no reset is destroyed.
 */
export function reset(stream: Duplex): void {
  // What has been ended already cannot be reset any more.
  if (stream instanceof Socket && !stream.destroyed && !stream.writableEnded)
    stream.resetAndDestroy();
  else stream.destroy();
}
