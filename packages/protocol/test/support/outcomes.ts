// What an attempt comes to, and what is expected of every error.
import { expect } from 'vitest';
import { decodeMessage, encodeMessage, ProtocolError, type Message } from '../../src/index.ts';

/** A message survives the wire, and what came off the wire encodes to the same bytes. */
export function expectRoundTrip(message: Message): void {
  const bytes = encodeMessage(message);
  const decoded = decodeMessage(bytes);
  expect(decoded).toEqual(message);
  expect(encodeMessage(decoded)).toEqual(bytes);
}

/**
 * What came of it: a value, or the code of a ProtocolError. Any other error is thrown on, and so is
 * one whose message is long or not safe to print.
 */
export function outcome<T>(attempt: () => T): { readonly value: T } | { readonly code: string } {
  try {
    return { value: attempt() };
  } catch (error) {
    if (!ProtocolError.is(error)) throw error;
    expectSafe(error.message);
    return { code: error.code };
  }
}

/** A reason that may be printed: short, and without a control character. */
export function expectSafe(reason: string): void {
  expect(reason.length).toBeLessThan(1000);
  expect(reason).not.toMatch(/[\p{Cc}\p{Surrogate}]/u);
}

/** Matches a ProtocolError with this code, and this in its message. */
export function failure(code: ProtocolError['code'], message = ''): Error {
  return expect.objectContaining({
    name: 'ProtocolError',
    code,
    message: expect.stringContaining(message) as string,
  }) as Error;
}
