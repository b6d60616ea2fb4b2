// CPace, a key exchange by password, as draft-irtf-cfrg-cpace-21 has it: CPACE-RISTR255-SHA512 between
// an initiator and a responder. The names in quotes are those of the draft.
import { createHash } from 'node:crypto';
import { ristretto255, ristretto255_hasher } from '@noble/curves/ed25519.js';
import type { Random } from './invitation.ts';

/** "G.DSI" and "G.DSI_ISK". */
const domain = Buffer.from('CPaceRistretto255');
const keyDomain = Buffer.from('CPaceRistretto255_ISK');

/** "H.s_in_bytes" of SHA-512. */
const blockLength = 128;

type Element = InstanceType<(typeof ristretto255)['Point']>;

/** What both sides must have in common: the draft's "PRS", "CI" and "sid". */
export interface CpaceInputs {
  readonly password: Uint8Array;
  readonly channel: Uint8Array;
  readonly session: Uint8Array;
}

/** What a side sends: its share ("Ya", "Yb"), and data that both must see alike ("ADa", "ADb"). */
export interface CpaceMessage {
  readonly share: Uint8Array;
  readonly data: Uint8Array;
}

/** A side of one exchange, with its secret scalar. */
export class CpaceSide {
  /** The 32 bytes that the other side is sent. */
  readonly share: Uint8Array;
  readonly #scalar: bigint;

  constructor(inputs: CpaceInputs, random: Random) {
    this.#scalar = sampleScalar(random);
    this.share = calculateGenerator(inputs).multiply(this.#scalar).toBytes();
  }

  /** The secret "K" of 32 bytes; `undefined` if the other side's share is none, which ends the exchange. */
  agree(otherShare: Uint8Array): Uint8Array | undefined {
    return multiplyVerified(this.#scalar, otherShare);
  }
}

/** The 64 bytes of "ISK", which both sides have if inputs, shares and data are the same. */
export function sessionKey(
  session: Uint8Array,
  secret: Uint8Array,
  initiator: CpaceMessage,
  responder: CpaceMessage,
): Uint8Array {
  return sha512(
    Buffer.concat([lengthValues(keyDomain, session, secret), transcript(initiator, responder)]),
  );
}

/** "transcript_ir". */
export function transcript(initiator: CpaceMessage, responder: CpaceMessage): Uint8Array {
  return lengthValues(initiator.share, initiator.data, responder.share, responder.data);
}

/** "lv_cat": each text behind its length, which is in LEB128. */
export function lengthValues(...texts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(texts.flatMap((text) => [lengthOf(text), text]));
}

/** "generator_string": the padding fills the first block of the hash, whatever the password is. */
export function generatorString({ password, channel, session }: CpaceInputs): Uint8Array {
  const padding = Math.max(0, blockLength - 1 - lengthValues(password, domain).length);
  return lengthValues(domain, password, new Uint8Array(padding), channel, session);
}

/** "calculate_generator", by the element derivation of RFC 9496. */
export function calculateGenerator(inputs: CpaceInputs): Element {
  // The method is optional in a type that all groups share.
  return ristretto255_hasher.deriveToCurve!(sha512(generatorString(inputs)));
}

/** "scalar_mult_vfy", which gives `undefined` in place of "G.I". */
export function multiplyVerified(scalar: bigint, encoded: Uint8Array): Uint8Array | undefined {
  let point;
  try {
    point = ristretto255.Point.fromBytes(encoded);
  } catch {
    return undefined;
  }
  // The order of the group is a prime: no other point has the neutral element as a multiple.
  return point.is0() ? undefined : point.multiply(scalar).toBytes();
}

/** "sample_scalar": 252 random bits, in little-endian order. */
export function sampleScalar(random: Random): bigint {
  const bytes = Uint8Array.from(random(32));
  bytes[31]! &= 0x0f;
  return BigInt(`0x${Buffer.from(bytes.reverse()).toString('hex')}`);
}

function lengthOf(text: Uint8Array): Uint8Array {
  const bytes: number[] = [];
  let rest = text.length;
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return Uint8Array.from([...bytes, rest]);
}

function sha512(bytes: Uint8Array): Uint8Array {
  return createHash('sha512').update(bytes).digest();
}
