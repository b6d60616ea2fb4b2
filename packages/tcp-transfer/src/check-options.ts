// Refuses options that make no sense, each with one clear error.
import {
  formatPeerAddress,
  isDigest,
  ProtocolError,
  visibleText,
  type PeerAddress,
} from '@peerlane/protocol';

/** @throws RangeError if an option is not a number greater than 0; it may be infinite */
export function checkPositive(options: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(options))
    if (!(value > 0)) throw new RangeError(`${name} is ${value}: expected a number greater than 0`);
}

/** @throws RangeError if an option is not a whole number of at least `least`; it may be infinite */
export function checkCount(options: Readonly<Record<string, number>>, least: number): void {
  for (const [name, value] of Object.entries(options))
    if (!(value >= least) || (value !== Infinity && !Number.isInteger(value)))
      throw new RangeError(`${name} is ${value}: expected a whole number of at least ${least}`);
}

/** @throws RangeError if it is not a port to bind; 0 lets the system choose */
export function checkBindPort(port: number): void {
  if (!(Number.isInteger(port) && port >= 0 && port <= 65_535))
    throw new RangeError(`port is ${port}: expected a whole number from 0 to 65535`);
}

/** @throws RangeError if it is neither `undefined` nor the root of a manifest */
export function checkRoot(root: string | undefined): void {
  if (root !== undefined && !isDigest(root))
    throw new RangeError(
      `root is "${visibleText(String(root))}": expected 64 lower-case hexadecimal digits`,
    );
}

/** @throws ProtocolError `bad-address` if it is not a host with a port from 1 to 65535 */
export function checkAddress(address: PeerAddress): void {
  // Callers without types may pass anything.
  const { host, port } = Object(address) as { host?: unknown; port?: unknown };
  if (typeof host === 'string' && typeof port === 'number') void formatPeerAddress({ host, port });
  else
    throw new ProtocolError(
      'bad-address',
      "expected an address as an object, such as { host: '127.0.0.1', port: 1378 }",
    );
}
