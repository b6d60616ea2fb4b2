// What both sides of an invitation's exchange have in common.
import type { CpaceInputs } from './cpace.ts';
import { broken } from './frames.ts';
import type { Invitation } from './invitation.ts';

/** The version of the exchange: the first byte of a hello. */
export const version = 1;

/** The longest name of a machine, in characters. */
const maxName = 64;

/** What the shares of both sides are made from: a wrong number or word gives other ones. */
export function cpaceInputs({ text }: Invitation): CpaceInputs {
  return {
    password: Buffer.from(text),
    channel: Buffer.from('peerlane invitation 1'),
    session: new Uint8Array(),
  };
}

/** The bytes of a machine's name, of which the first 64 characters are sent. */
export function encodeName(name: string): Uint8Array {
  return Buffer.from(Array.from(name).slice(0, maxName).join(''));
}

/** @throws SealError `broken` if it is no UTF-8, or longer than 64 characters */
export function decodeName(bytes: Uint8Array): string {
  const name = decodeText(bytes);
  if (Array.from(name).length > maxName) throw broken(`the other side's name is too long`);
  return name;
}

/** @throws SealError `broken` if it is no UTF-8 */
export function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw broken('the other side sent something else than text', cause);
  }
}
