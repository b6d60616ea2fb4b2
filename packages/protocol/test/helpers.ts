import { expect } from 'vitest';
import { decodeMessage, encodeMessage, type Message } from '../src/index.ts';

export const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
export const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** A message survives the wire, and what came off the wire encodes to the same bytes. */
export function expectRoundTrip(message: Message): void {
  const bytes = encodeMessage(message);
  const decoded = decodeMessage(bytes);
  expect(decoded).toEqual(message);
  expect(encodeMessage(decoded)).toEqual(bytes);
}

/** Each way to receive these bytes that a decoder must not notice: whole, cut in two, byte by byte. */
export function* deliveries(bytes: Uint8Array): Generator<Uint8Array[]> {
  yield [bytes];
  for (let at = 1; at < bytes.length; at += 1) yield [bytes.subarray(0, at), bytes.subarray(at)];
  yield [...bytes].map((byte) => Uint8Array.of(byte));
}

/** What a decoder returns, or the error it throws, for pieces delivered in order. */
export function feed<T>(
  decoder: { push(bytes: Uint8Array): T | undefined },
  pieces: readonly Uint8Array[],
): T | undefined {
  for (const piece of pieces) {
    const result = decoder.push(piece);
    if (result !== undefined) return result;
  }
  return undefined;
}
