import { formatPeerAddress, ProtocolError, visibleText } from '@peerlane/protocol';
import { checkNumber, checkPort, checkType } from './system/checks.ts';
import type { UdpNodeOptions } from './options.ts';

/** The longest period that can be told, in milliseconds. */
const maxPeriod = Number.MAX_SAFE_INTEGER;

/**
 * Refuses what no node can be started with, before anything is bound.
 *
 * @throws TypeError, RangeError, or ProtocolError `bad-address` for a host that is none
 */
export function checkOptions(options: UdpNodeOptions): void {
  const { host = '127.0.0.1', port = 0, members = [], tcpPort, hasFile } = options;
  const { period = 1, protocol = 2 } = options;
  checkType('hasFile', hasFile, typeof hasFile === 'function', 'a function');
  checkType('protocol', protocol, [1, 2].includes(protocol), '1 or 2');
  checkType('members', members, isTexts(members), 'an array of texts such as "127.0.0.1:1378"');
  checkType('host', host, typeof host === 'string', 'a text');
  checkPort('port', port, 0);
  checkPort('tcpPort', tcpPort, 1);
  checkNumber('period', period, 1, maxPeriod);
  try {
    formatPeerAddress({ host, port: 1 });
  } catch (cause) {
    const got = visibleText(host);
    throw new ProtocolError(
      'bad-address',
      `host: expected an IP address or a name, such as 127.0.0.1, got "${got}"`,
      { cause },
    );
  }
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}
