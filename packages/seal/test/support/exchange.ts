// One exchange of an invitation, or one side of it against what a test sends.
import { ClusterKey, Keyring, SealError } from '../../src/index.ts';
import {
  acceptInvitation,
  admitNewcomer,
  type Invitation,
  InvitationGuard,
  parseInvitation,
} from '../../src/invitation/index.ts';
import type { Wire } from './wire.ts';

export const invitation: Invitation = parseInvitation('4-icon-fox');
export const wrong: Invitation = parseInvitation('4-icon-fog');
export const keyring: Keyring = new Keyring(
  [1, 2].map((byte) => new ClusterKey(new Uint8Array(32).fill(byte))),
);

/** 32 bytes of one value are a scalar that is no secret, for runs that are the same each time. */
export const always =
  (byte: number) =>
  (length: number): Uint8Array =>
    new Uint8Array(length).fill(byte);

const never = new AbortController().signal;

export interface Given {
  readonly guard?: InvitationGuard;
  readonly now?: number;
  readonly signal?: AbortSignal;
  readonly name?: string;
  readonly words?: Invitation;
  readonly byte?: number;
}

export const admit = (
  { inviter }: Pick<Wire, 'inviter'>,
  {
    guard = new InvitationGuard({ now: 0 }),
    now = 1,
    signal = never,
    name = 'desk',
    byte = 7,
  }: Given = {},
): ReturnType<typeof admitNewcomer> =>
  admitNewcomer(inviter, {
    ...{ invitation, name, keyring, signal, random: always(byte) },
    begin: () => guard.begin(now),
  });

export const accept = (
  { newcomer }: Pick<Wire, 'newcomer'>,
  { signal = never, name = 'laptop', words = invitation, byte = 9 }: Given = {},
): ReturnType<typeof acceptInvitation> =>
  acceptInvitation(newcomer, { invitation: words, name, signal, random: always(byte) });

/** How a side ended: the code of its error, or `ok`. Any other error is thrown on. */
export async function outcome(side: Promise<unknown>): Promise<string> {
  try {
    await side;
    return 'ok';
  } catch (error) {
    if (SealError.is(error)) return error.code;
    throw error;
  }
}
