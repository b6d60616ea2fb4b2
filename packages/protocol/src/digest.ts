// The form of a SHA-256 digest on the wire: 32 bytes, or 64 hex digits in a line of JSON.

/** The length of a SHA-256 digest, in bytes. */
export const digestBytes = 32;

const digestText = /^[0-9a-f]{64}$/;

/**
 * Whether a value is a SHA-256 digest, such as the root of a manifest, as text: 64 hex digits in
 * lower case.
 *
 * @see docs/protocol.md, "The extension line"
 */
export function isDigest(value: unknown): value is string {
  return typeof value === 'string' && digestText.test(value);
}
