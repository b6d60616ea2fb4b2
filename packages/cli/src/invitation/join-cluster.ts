// The newcomer's side: finds the inviter, and gets the keys of the cluster from it.
import type { PeerAddress } from '@peerlane/protocol';
import { SealError, type Keyring } from '@peerlane/seal';
import { acceptInvitation, type Invitation } from '@peerlane/seal/invitation';
import type { InvitationNetwork } from './network.ts';

/** Which invitation is accepted, and where. */
export interface JoinClusterOptions {
  readonly invitation: Invitation;
  /** The name of this machine, as the inviter is told it. */
  readonly name: string;
  /** The address of the invitation; without it, the inviter is sought. */
  readonly peer: PeerAddress | undefined;
  readonly network: InvitationNetwork;
  readonly signal: AbortSignal;
}

/** A cluster that was joined. */
export interface JoinedCluster {
  readonly keyring: Keyring;
  /** The name of the inviter, as it says it. */
  readonly name: string;
  readonly from: PeerAddress;
}

/** How long the inviter is sought, in milliseconds. */
const seekTimeout = 8000;

/** How long an exchange may take, in milliseconds. */
const exchangeTimeout = 10_000;

/** After which pause an inviter is asked again that lets somebody else in, and for how long, in milliseconds. */
const [busyPause, busyTimeout] = [500, 10_000];

/** What people are told first, where several inviters have answered. */
const order = ['wrong-words', 'refused', 'busy', 'broken'];

/**
 * Joins a cluster. Of several inviters with the number, each is tried once.
 *
 * @returns `undefined` if nobody was found
 * @throws SealError as `acceptInvitation` does; TransferError `unreachable`; the reason of an aborted signal
 */
export async function joinCluster(options: JoinClusterOptions): Promise<JoinedCluster | undefined> {
  const { invitation, peer, network, signal } = options;
  const inviters = peer ? [peer] : network.seek(invitation.number, seekTimeout, signal);
  const failures: unknown[] = [];
  for await (const from of inviters) {
    try {
      return { ...(await askUntilFree(from, options)), from };
    } catch (error) {
      signal.throwIfAborted();
      failures.push(error);
    }
  }
  if (failures.length === 0) return undefined;
  throw failures.reduce((one, other) => (rank(other) < rank(one) ? other : one));
}

type Accepted = Omit<JoinedCluster, 'from'>;

async function askUntilFree(from: PeerAddress, options: JoinClusterOptions): Promise<Accepted> {
  const { clock } = options.network;
  const end = clock.now() + busyTimeout;
  let busy: unknown;
  for (;;) {
    try {
      return await ask(from, options);
    } catch (error) {
      const isBusy = SealError.is(error) && error.code === 'busy';
      // The inviter has ended meanwhile, as one for a single machine does.
      if (!isBusy) throw busy !== undefined && !SealError.is(error) ? busy : error;
      // However slowly it says so: the next inviter is to be asked too.
      if (clock.now() >= end) throw error;
      busy = error;
    }
    await pause(busyPause, options);
  }
}

async function ask(
  from: PeerAddress,
  { invitation, name, network, signal }: JoinClusterOptions,
): Promise<Accepted> {
  const stream = await network.open(from, signal);
  const late = new AbortController();
  const timer = network.clock.schedule(() => {
    late.abort();
  }, exchangeTimeout);
  try {
    const ended = AbortSignal.any([signal, late.signal]);
    return await acceptInvitation(stream, { invitation, name, signal: ended });
  } finally {
    timer.cancel();
  }
}

function pause(
  delay: number,
  { network, signal }: Pick<JoinClusterOptions, 'network' | 'signal'>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      timer.cancel();
      reject(signal.reason as Error);
    };
    const timer = network.clock.schedule(() => {
      signal.removeEventListener('abort', abort);
      resolve();
    }, delay);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort);
  });
}

function rank(error: unknown): number {
  const place = SealError.is(error) ? order.indexOf(error.code) : -1;
  return place < 0 ? order.length : place;
}
