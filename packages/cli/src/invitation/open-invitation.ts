// The inviter's side: an invitation that is open until a machine has joined, words were guessed wrong too
// often, or its time is over.
import type { PeerAddress } from '@peerlane/protocol';
import type { Keyring } from '@peerlane/seal';
import {
  admitNewcomer,
  InvitationGuard,
  newInvitation,
  parseInvitation,
  type Invitation,
} from '@peerlane/seal/invitation';
import type { Timer } from '@peerlane/udp-node';
import type { InvitationNetwork, OnNewcomer, Running } from './network.ts';

/** What happens at an invitation. */
export type InvitationNews =
  /** A machine has joined. */
  | { readonly type: 'joined'; readonly from: string; readonly name: string }
  /** A machine that knows the words was sent the keys, and broke off before it said that it has them. */
  | { readonly type: 'unconfirmed'; readonly from: string }
  /** Somebody has tried other words, or broke off where it could have tried some. */
  | { readonly type: 'guess'; readonly from: string; readonly left: number };

/** Why an invitation is over. */
export type InvitationEnd = 'joined' | 'guessed' | 'expired';

/** What an invitation is for. */
export interface OpenInvitationOptions {
  readonly keyring: Keyring;
  /** The name of this machine, as the newcomer is told it. */
  readonly name: string;
  /** Whether several machines may join. */
  readonly many: boolean;
  readonly network: InvitationNetwork;
  readonly signal: AbortSignal;
  readonly onNews: (news: InvitationNews) => void;
  /** Is told why nobody finds the invitation without the address, if nobody does. */
  readonly onHidden: (reason: string) => void;
}

/** How many other invitations are made up if others on the network have the number. */
const maxNumbers = 5;

/** How long others may take to answer that they have a number, in milliseconds. */
const numberTimeout = 300;

/** How long those that come too late are still told so, in milliseconds. */
const lingering = 1000;

/** An invitation that machines can accept, until it is closed. */
export class OpenInvitation implements AsyncDisposable {
  /** The number and the words, as people say them. */
  readonly text: string;
  /** Resolves when it is over, a second after those that come too late are told so. */
  readonly end: Promise<InvitationEnd>;
  readonly #options: OpenInvitationOptions;
  readonly #invitation: Invitation;
  readonly #guard: InvitationGuard;
  readonly #running: Running[] = [];
  readonly #timers: Timer[] = [];
  #address: PeerAddress | undefined;
  #resolve!: (end: InvitationEnd) => void;

  private constructor(options: OpenInvitationOptions, invitation: Invitation) {
    const { many, network } = options;
    this.#options = options;
    this.#invitation = invitation;
    this.text = invitation.text;
    this.end = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    const now = network.clock.now();
    this.#guard = new InvitationGuard({ now, many });
    this.#endAfter(this.#guard.end - now, 'expired');
  }

  /**
   * Opens an invitation with a number that nobody else on the network has.
   *
   * @throws the system's error if no port can be bound; the reason of an aborted signal
   */
  static async open(options: OpenInvitationOptions): Promise<OpenInvitation> {
    const invitation = await freeInvitation(options.network, options.signal);
    const opened = new OpenInvitation(options, invitation);
    try {
      await opened.#start();
      return opened;
    } catch (error) {
      await opened[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The address at which it is accepted; a wildcard stands for all of this machine. */
  get address(): PeerAddress {
    return this.#address!;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const timer of this.#timers) timer.cancel();
    await Promise.all(this.#running.map((each) => each.close()));
  }

  async #start(): Promise<void> {
    const { network, onHidden } = this.#options;
    const server = await network.serve(this.#admit);
    this.#running.push(server);
    this.#address = server.address;
    try {
      this.#running.push(await network.answer(this.#invitation.number, server.address.port));
    } catch (error) {
      onHidden((error as Error).message);
    }
  }

  /** Lets a newcomer try the words, and tells what comes of it. */
  readonly #admit: OnNewcomer = async (stream, { host: from }, signal) => {
    const { keyring, name, network, onNews } = this.#options;
    const guard = this.#guard;
    const run = { hasGuessed: false, hasKeys: false };
    try {
      const newcomer = await admitNewcomer(stream, {
        ...{ invitation: this.#invitation, name, keyring, signal },
        begin: () => {
          const begun = guard.begin(network.clock.now());
          if (typeof begun === 'string') return begun;
          const fail = (): void => {
            begun.fail();
            if (!run.hasGuessed) onNews({ type: 'guess', from, left: guard.guessesLeft });
            run.hasGuessed = true;
          };
          const succeed = (): void => {
            begun.succeed();
            run.hasKeys = true;
          };
          return { ...begun, fail, succeed };
        },
      });
      onNews({ type: 'joined', from, name: newcomer.name });
    } catch (error) {
      if (run.hasKeys) onNews({ type: 'unconfirmed', from });
      else if (!run.hasGuessed) throw error;
    }
    const closed = guard.closed(network.clock.now());
    if (closed !== undefined) this.#endAfter(lingering, ends[closed]);
  };

  #endAfter(delay: number, why: InvitationEnd): void {
    const timer = this.#options.network.clock.schedule(() => {
      this.#resolve(why);
    }, delay);
    this.#timers.push(timer);
  }
}

const ends = { used: 'joined', guessed: 'guessed', ended: 'expired' } as const;

/** An invitation with a number that nobody on the network answers to. */
async function freeInvitation(
  network: InvitationNetwork,
  signal: AbortSignal,
): Promise<Invitation> {
  for (let time = 1; ; time += 1) {
    const invitation = parseInvitation(newInvitation());
    if (time === maxNumbers || !(await isTaken(invitation.number, network, signal)))
      return invitation;
  }
}

async function isTaken(
  number: number,
  network: InvitationNetwork,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    for await (const inviter of network.seek(number, numberTimeout, signal))
      return inviter.port > 0;
  } catch {
    signal.throwIfAborted();
    // Nobody can be asked here.
  }
  return false;
}
