// A network in memory and in virtual time, on which invitations are made and accepted.
import { duplexPair, type Duplex } from 'node:stream';
import type { PeerAddress } from '@peerlane/protocol';
import { ManualClock } from '@peerlane/udp-node/testing';
import type { InvitationNetwork, OnNewcomer } from '../../src/invitation/network.ts';

interface Inviter {
  readonly number: number;
  readonly address: PeerAddress;
}

/** A network of machines whose inviters are found by their numbers. */
export class MemoryInvitations {
  readonly clock: ManualClock = new ManualClock();
  /** Who answers to seekers, in the order of their answers. */
  readonly inviters: Inviter[] = [];
  /** The inviter's ends of all connections. */
  readonly accepted: Duplex[] = [];
  /** Whether nobody can be told where an invitation is accepted. */
  isDeaf = false;
  readonly #servers = new Map<number, OnNewcomer>();
  #lastPort = 13_790;

  /** The network as the machine with an IP address has it. */
  at(host: string): InvitationNetwork {
    const { clock, inviters, accepted } = this;
    return {
      clock,
      serve: (onNewcomer) => {
        const port = (this.#lastPort += 1);
        this.#servers.set(port, onNewcomer);
        const close = (): Promise<void> => {
          this.#servers.delete(port);
          return Promise.resolve();
        };
        return Promise.resolve({ address: { host, port }, close });
      },
      answer: (number, port) => {
        if (this.isDeaf) return Promise.reject(new Error('the port is in use'));
        const inviter = { number, address: { host, port } };
        inviters.push(inviter);
        const close = (): Promise<void> => {
          inviters.splice(inviters.indexOf(inviter), 1);
          return Promise.resolve();
        };
        return Promise.resolve({ close });
      },
      seek: async function* (number) {
        await Promise.resolve();
        for (const each of [...inviters]) if (each.number === number) yield each.address;
      },
      open: ({ port }) => {
        const onNewcomer = this.#servers.get(port);
        if (!onNewcomer) return Promise.reject(new Error('nobody listens there'));
        const [near, far] = duplexPair();
        accepted.push(far);
        for (const stream of [near, far]) stream.on('error', () => undefined);
        // As a socket does, when the other side is gone.
        near.on('close', () => far.destroy());
        far.on('close', () => setImmediate(() => near.destroy()));
        const late = new AbortController();
        const timer = clock.schedule(() => {
          late.abort(new Error('late'));
        }, 10_000);
        void onNewcomer(far, { host, port: 9 }, late.signal)
          .catch(() => undefined)
          .finally(() => {
            timer.cancel();
            far.destroy();
          });
        return Promise.resolve(near);
      },
    };
  }
}

/** Lets time pass until a promise is settled. */
export async function passing<T>(clock: ManualClock, promise: Promise<T>): Promise<T> {
  const state = { isSettled: false };
  const settle = (): void => {
    state.isSettled = true;
  };
  promise.then(settle, settle);
  while (!state.isSettled) await clock.advance(10);
  return await promise;
}
