// The inviter's side of an invitation: it hands the keyring to a newcomer that knows the words.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { Keyring } from '../keyring.ts';
import { CpaceSide, sessionKey } from './cpace.ts';
import { cpaceInputs, decodeName, encodeName, version } from './exchange.ts';
import { broken, FrameStream } from './frames.ts';
import type { Invitation, Random } from './invitation.ts';
import type { InvitationRefusal, InvitationRun } from './invitation-guard.ts';
import { encodeRefusal, type Refusal, refusedError } from './refusals.ts';
import { proofOf, RoleCipher } from './session-keys.ts';

export interface AdmitOptions {
  readonly invitation: Invitation;
  /** The name of this machine, of which 64 characters are sent. */
  readonly name: string;
  /** What the newcomer gets: all keys. */
  readonly keyring: Keyring;
  /** Ends the exchange: a newcomer should have about ten seconds. */
  readonly signal: AbortSignal;
  /** Asks the invitation's guard, once the newcomer has said what it wants: `() => guard.begin(now)`. */
  readonly begin: () => InvitationRun | InvitationRefusal;
  /** Gives as many random bytes as it is asked for. */
  readonly random?: Random | undefined;
}

/**
 * Lets a newcomer in over a stream, which is closed in the end: both prove that they know the words, then
 * the newcomer gets the keyring.
 *
 * @returns the newcomer's name as it says it: up to 64 characters, to be made visible before it is printed
 * @throws SealError `wrong-words`, `busy`, `refused` or `broken`; a newcomer that breaks off after `succeed`
 *   of its run was called may have the keys
 * @see docs/protocol.md, "Invitations"
 */
export async function admitNewcomer(
  stream: Duplex,
  options: AdmitOptions,
): Promise<{ readonly name: string }> {
  const frames = new FrameStream(stream, options.signal);
  try {
    const { body } = await frames.read('hello');
    if (body[0] !== version) return await refuse(frames, 'version');
    if (body.length !== 34) throw broken('a newcomer began with something else than a hello');
    if (body[1] !== options.invitation.number) return await refuse(frames, 'number');
    const run = options.begin();
    if (typeof run === 'string') return await refuse(frames, run);
    try {
      return await admit(frames, body, run, options);
    } finally {
      run.cancel();
    }
  } finally {
    frames.close();
  }
}

/** A run that nothing has ended here is cancelled by the caller. */
async function admit(
  frames: FrameStream,
  hello: Uint8Array,
  run: InvitationRun,
  { invitation, name, keyring, random = randomBytes }: AdmitOptions,
): Promise<{ readonly name: string }> {
  const inputs = cpaceInputs(invitation);
  const side = new CpaceSide(inputs, random);
  const share = hello.subarray(2);
  const secret = side.agree(share);
  if (!secret) throw broken('a newcomer began with something else than a hello');
  const key = sessionKey(
    inputs.session,
    secret,
    { share, data: hello.subarray(0, 2) },
    { share: side.share, data: new Uint8Array() },
  );

  frames.write('share', side.share);
  let proof;
  try {
    // Now the newcomer can test a guess: breaking off does not give it back.
    proof = await frames.read('newcomerProof');
  } catch (error) {
    run.fail();
    throw error;
  }
  if (!isEqual(proof.body, proofOf(key, 'newcomer'))) {
    run.fail();
    return refuse(frames, 'words');
  }

  frames.write('inviterProof', proofOf(key, 'inviter'));
  const opening = new RoleCipher(key, 'newcomer');
  const newcomer = decodeName(opening.open(await frames.read('newcomerName')));
  const ownName = encodeName(name);
  const text = Buffer.concat([
    Uint8Array.of(ownName.length >> 8, ownName.length & 0xff),
    ownName,
    Buffer.from(keyring.reveal()),
  ]);
  // From here on somebody may have the keys, even if it never says so.
  run.succeed();
  frames.write('keyring', new RoleCipher(key, 'inviter').seal('keyring', text));
  opening.open(await frames.read('done'));
  await frames.end();
  return { name: newcomer };
}

async function refuse(frames: FrameStream, refusal: Refusal): Promise<never> {
  frames.write('refusal', encodeRefusal(refusal));
  await frames.end();
  throw refusedError(refusal);
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
