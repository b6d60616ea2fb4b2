// What invitations need of the network: a port for newcomers, and a way to find it.
import type { Duplex } from 'node:stream';
import type { PeerAddress } from '@peerlane/protocol';
import { openStream, startStreamServer } from '@peerlane/tcp-transfer';
import {
  allowNetworks,
  openSeekSocket,
  ownHosts,
  SeekerAnswers,
  seekInviters,
  systemClock,
  systemLookup,
  systemRandom,
  type Clock,
} from '@peerlane/udp-node';

/** Handles a connection of a newcomer; `signal` is aborted when its time is over. */
export type OnNewcomer = (stream: Duplex, from: PeerAddress, signal: AbortSignal) => Promise<void>;

/** Something that runs until it is closed. */
export interface Running {
  close(): Promise<void>;
}

/** The network and the time, as invitations use them. Tests have their own. */
export interface InvitationNetwork {
  readonly clock: Clock;
  /** Accepts newcomers, a few at a time. */
  serve(onNewcomer: OnNewcomer): Promise<Running & { readonly address: PeerAddress }>;
  /** Tells those that seek the invitation with a number at which port it is accepted. */
  answer(number: number, port: number): Promise<Running>;
  /** Seeks the inviters of a number for `timeout` milliseconds, or until half a second after the first. */
  seek(number: number, timeout: number, signal: AbortSignal): AsyncIterable<PeerAddress>;
  /** Connects to an inviter. */
  open(address: PeerAddress, signal: AbortSignal): Promise<Duplex>;
}

/** The bounds of what newcomers may open. */
const bounds = { maxConnections: 8, maxConnectionsPerMachine: 3, timeout: 10_000 };

/** How long a connection may take to be there, in milliseconds. */
const connectTimeout = 5000;

/**
 * The network of this machine.
 *
 * @param host the IP address or name at which newcomers are accepted; a wildcard stands for all
 * @param networks the networks that are allowed besides those of the local network
 */
export async function systemNetwork(
  host: string,
  networks: readonly string[],
): Promise<InvitationNetwork> {
  const [address, allow] = [await systemLookup(host), allowNetworks(networks)];
  return {
    clock: systemClock,
    serve: (onStream) => startStreamServer({ ...bounds, host: address, port: 0, allow, onStream }),
    answer: async (number, port) => {
      const socket = await openSeekSocket(address, 'hears');
      return new SeekerAnswers({ number, port, host: address, socket, clock: systemClock, allow });
    },
    seek: async function* (number, timeout, signal) {
      const socket = await openSeekSocket(address, 'asks');
      const own = { clock: systemClock, random: systemRandom, ownHosts: ownHosts() };
      yield* seekInviters({ ...own, number, socket, allow, timeout, signal });
    },
    open: async ({ host: name, port }, signal) => {
      const inviter = { host: await systemLookup(name), port };
      if (!allow(inviter.host))
        throw new Error(
          `${inviter.host} is outside the local networks: add --allow ${inviter.host} to connect`,
        );
      return await openStream(inviter, { timeout: connectTimeout, signal, clock: systemClock });
    },
  };
}
