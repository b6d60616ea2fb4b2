// The command that is printed for the other machine: with all that it needs to find the node there.
import { describe, expect, it } from 'vitest';
import { whereToAsk, zoneNote } from '../../src/members/where-to-ask.ts';
import { otherContentText } from '../../src/output/failure-text.ts';
import { getCommand } from '../../src/text/get-command.ts';

const named = { lan: false, discovery: undefined, protocol: 2, allow: [] } as const;
const lan = { ...named, lan: true, discovery: true };

/** The command for a node with these addresses. */
const command = (config: Parameters<typeof whereToAsk>[0], ...addresses: string[]) =>
  getCommand(whereToAsk(config, false, addresses), ['a.txt']);

describe('the command that is typed on the other machine', () => {
  it('A node that is found on the local network needs --lan alone', () => {
    expect(command(lan, '192.168.1.5:1378', '127.0.0.1:1378')).toBe('p2p get --lan a.txt');
  });

  it('A node that announces nothing is named by its address', () => {
    for (const config of [named, { ...lan, discovery: false }, { ...lan, protocol: 1 as const }])
      expect(command(config, '192.168.1.5:1379')).toBe('p2p get --peer 192.168.1.5:1379 a.txt');
  });

  it('A node outside the local networks is allowed by name in the command', () => {
    expect(command(named, '203.0.113.5:1378')).toBe(
      'p2p get --peer 203.0.113.5:1378 --allow 203.0.113.5 a.txt',
    );
    expect(command(named, 'files.example.org:1378')).toBe(
      'p2p get --peer files.example.org:1378 a.txt',
    );
    const open = { ...lan, allow: ['203.0.113.0/24'] };
    expect(command(open, '203.0.113.5:1378', '10.0.0.1:1378', '198.51.100.1:1378')).toBe(
      'p2p get --lan --allow 203.0.113.5 a.txt',
    );
    expect(command(lan, '203.0.113.5:1378', '10.0.0.1:1378')).toBe('p2p get --lan a.txt');
    const other = { filename: 'a.txt', peer: '203.0.113.5:1378', root: 'ab', size: 1 };
    expect(otherContentText(other)).toMatch(
      / p2p get --peer 203\.0\.113\.5:1378 --allow 203\.0\.113\.5 --root ab a\.txt$/,
    );
  });

  it('An address with a zone comes last, and is quoted for shells that read its brackets', () => {
    expect(command(named, '[fe80::1%eth0]:1378', '[fd00::1]:1378')).toBe(
      "p2p get --peer '[fd00::1]:1378' a.txt",
    );
    expect(command(named, '[fe80::1%eth0]:1378')).toBe(
      "p2p get --peer '[fe80::1%eth0]:1378' a.txt",
    );
  });

  it('A zone is said to be another one on the other machine', () => {
    const where = (...addresses: string[]) => whereToAsk(named, false, addresses);
    expect(zoneNote(where('[fe80::1%eth0]:1378'))).toBe(
      'On another machine, type its own interface in place of eth0.',
    );
    expect(zoneNote(where('[fd00::1]:1378'))).toBeUndefined();
  });

  it('A guest of this machine that finds the node by itself needs no option', () => {
    expect(whereToAsk(named, true, ['127.0.0.1:1378'])).toEqual([]);
  });
});
