// The newcomer's side of an invitation: it proves that it knows the words, and gets the keyring.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { Keyring } from '../keyring.ts';
import { SealError } from '../seal-error.ts';
import { CpaceSide, sessionKey } from './cpace.ts';
import { cpaceInputs, decodeName, decodeText, encodeName, version } from './exchange.ts';
import { broken, type Frame, FrameStream, type FrameType } from './frames.ts';
import type { Invitation, Random } from './invitation.ts';
import { refusalError } from './refusals.ts';
import { proofOf, RoleCipher } from './session-keys.ts';

export interface AcceptOptions {
  readonly invitation: Invitation;
  /** The name of this machine, of which 64 characters are sent. */
  readonly name: string;
  /** Ends the exchange: an inviter should have about ten seconds. */
  readonly signal: AbortSignal;
  /** Gives as many random bytes as it is asked for. */
  readonly random?: Random | undefined;
}

/**
 * Joins a cluster by an invitation, over a stream to the inviter, which is closed in the end. Whoever is at
 * the other end can test one guess of the words, so a person should decide to try again.
 *
 * @returns the keyring, and the inviter's name as it says it: up to 64 characters, to be made visible
 *   before it is printed
 * @throws SealError `wrong-words`, `busy`, `refused` or `broken`
 * @see docs/protocol.md, "Invitations"
 */
export async function acceptInvitation(
  stream: Duplex,
  options: AcceptOptions,
): Promise<{ readonly name: string; readonly keyring: Keyring }> {
  const frames = new FrameStream(stream, options.signal);
  try {
    return await accept(frames, options);
  } finally {
    frames.close();
  }
}

async function accept(
  frames: FrameStream,
  { invitation, name, random = randomBytes }: AcceptOptions,
): Promise<{ readonly name: string; readonly keyring: Keyring }> {
  const inputs = cpaceInputs(invitation);
  const side = new CpaceSide(inputs, random);
  const data = Uint8Array.of(version, invitation.number);
  frames.write('hello', Buffer.concat([data, side.share]));

  const { body: share } = await unlessRefused(frames, 'share');
  const secret = side.agree(share);
  // Our own share would be an echo.
  if (!secret || Buffer.compare(share, side.share) === 0)
    throw broken('the other side sent something else than a share');
  const key = sessionKey(
    inputs.session,
    secret,
    { share: side.share, data },
    { share, data: new Uint8Array() },
  );

  frames.write('newcomerProof', proofOf(key, 'newcomer'));
  const proof = await proofUnlessRefused(frames);
  const expected = proofOf(key, 'inviter');
  if (proof.length !== expected.length || !timingSafeEqual(proof, expected))
    throw new SealError('wrong-words', 'the other side does not know the words of the invitation');

  const sealing = new RoleCipher(key, 'newcomer');
  frames.write('newcomerName', sealing.seal('newcomerName', encodeName(name)));
  const text = new RoleCipher(key, 'inviter').open(await frames.read('keyring'));
  const inviter = parseKeyring(text);
  frames.write('done', sealing.seal('done', new Uint8Array()));
  await frames.end();
  return inviter;
}

async function unlessRefused(frames: FrameStream, type: FrameType): Promise<Frame> {
  const frame = await frames.read(type, 'refusal');
  if (frame.type === 'refusal') throw refusalError(frame.body);
  return frame;
}

/**
 * The other side has tested its guess by now. The only refusal from here on is that of wrong words: one
 * after which the newcomer would try again, such as `busy`, would let it test another guess each time.
 */
async function proofUnlessRefused(frames: FrameStream): Promise<Uint8Array> {
  const { type, body } = await frames.read('inviterProof', 'refusal');
  if (type !== 'refusal') return body;
  const error = refusalError(body);
  throw error.code === 'wrong-words' ? error : broken('the other side refused in the wrong place');
}

function parseKeyring(text: Uint8Array): { readonly name: string; readonly keyring: Keyring } {
  const [high = 0, low = 0] = text;
  const end = 2 + ((high << 8) | low);
  const name = decodeName(text.subarray(2, end));
  const keys = decodeText(text.subarray(end));
  try {
    return { name, keyring: Keyring.parse(keys) };
  } catch (cause) {
    throw broken('the other side sent something else than keys', cause);
  }
}
