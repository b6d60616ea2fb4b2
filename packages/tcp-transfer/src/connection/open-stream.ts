// Opens a plain TCP connection to a peer, but does not wait forever.
import { once } from 'node:events';
import { createConnection } from 'node:net';
import type { Duplex } from 'node:stream';
import { formatPeerAddress, type PeerAddress } from '@peerlane/protocol';
import { checkAddress } from '../check-options.ts';
import { systemClock, type Clock } from '../clock.ts';
import { TransferError } from '../transfer-error.ts';

/** How long to wait for a connection. */
export interface OpenStreamOptions {
  /** In milliseconds. */
  readonly timeout: number;
  readonly signal: AbortSignal;
  /** @default the time of this machine */
  readonly clock?: Clock;
}

/**
 * Opens a TCP connection.
 *
 * @throws ProtocolError `bad-address`; TransferError `unreachable`; the reason of an aborted signal
 */
export async function openStream(
  address: PeerAddress,
  { timeout, signal, clock = systemClock }: OpenStreamOptions,
): Promise<Duplex> {
  checkAddress(address);
  signal.throwIfAborted();
  const late = new AbortController();
  const timer = clock.schedule(() => {
    late.abort(new Error(`no answer within ${timeout / 1000} s`));
  }, timeout);
  const { host, port } = address;
  const socket = createConnection({ host, port, noDelay: true });
  try {
    await once(socket, 'connect', { signal: AbortSignal.any([signal, late.signal]) });
    return socket;
  } catch (error) {
    socket.on('error', () => undefined);
    socket.destroy();
    signal.throwIfAborted();
    const cause = (late.signal.aborted ? late.signal.reason : error) as Error;
    throw new TransferError(
      'unreachable',
      `could not connect to ${formatPeerAddress(address)}: ${cause.message}`,
      { cause },
    );
  } finally {
    timer.cancel();
  }
}
