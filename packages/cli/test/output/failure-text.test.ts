import { describe, expect, it } from 'vitest';
import { checkTargetName } from '@peerlane/tcp-transfer';
import {
  downloadFailureText,
  failureText,
  otherContentText,
} from '../../src/output/failure-text.ts';
import { NodeError } from '../../src/node/node-error.ts';
import { shellWord } from '../../src/text/shell-word.ts';

describe('the command that gets another content', () => {
  const root = '8'.repeat(64);
  const told = (peer: string, filename: string) =>
    otherContentText({ peer, filename, root, size: 1 });

  it('has the peer, the root and the name', () => {
    expect(told('127.0.0.1:99', 'a.txt')).toBe(
      `127.0.0.1:99 has another "a.txt" (1 B), which this gets: p2p get --peer 127.0.0.1:99 --root ${root} a.txt`,
    );
  });

  it.each(['127.9.9.9:99', '[::1]:99', 'localhost:99'])(
    'looks at this machine alone for %s, which is on it',
    (peer) => expect(told(peer, 'a.txt')).toContain(` p2p get --peer ${peer} `),
  );

  it('looks at the network for a name that only begins like a loopback address', () => {
    expect(told('127.example:99', 'a.txt')).toContain(' p2p get --lan --peer 127.example:99 ');
  });

  it('looks at the network for a peer that is there, and takes no name for an option', () => {
    expect(told('192.168.0.2:99', '-a.txt')).toMatch(
      / p2p get --lan --peer 192\.168\.0\.2:99 --root 8+ -- -a\.txt$/,
    );
  });

  it.each([
    ['a-b_1.txt', 'a-b_1.txt', 'a-b_1.txt'],
    ['two words', "'two words'", '"two words"'],
    ["it's $HOME", "'it'\\''s $HOME'", '"it\'s $HOME"'],
    ['é.txt', "'é.txt'", '"é.txt"'],
  ])('quotes %s', (name, posix, windows) => {
    expect([shellWord(name, 'linux'), shellWord(name, 'win32')]).toEqual([posix, windows]);
  });
});

describe('a name that cannot be saved here', () => {
  const told = (filename: string): string => {
    try {
      checkTargetName({ filename }, 'win32');
      return '';
    } catch (error) {
      return downloadFailureText(error as Error, filename);
    }
  };

  it('is one line that says what was expected and what to do', () => {
    expect(told('notes: draft.txt')).toBe(
      'a file name on Windows must not hold < > : " | ? *, got "notes: draft.txt". ' +
        'Save it under another name: p2p get -o NAME',
    );
    expect(told('nul.txt')).toMatch(/^a file name must not be a device.* p2p get -o NAME$/);
  });

  it('comes with no advice where no file is named', () => {
    expect(told('')).toBe('a file name must not be empty, got ""');
    expect(told('..')).toBe('a file name must not name a folder, got ".."');
  });
});

describe('a port or a host that cannot be bound', () => {
  const told = (cause: object): string =>
    failureText(new NodeError('bind', 'Cannot bind it: there is a reason.', { cause }));

  it.each([
    [{ syscall: 'bind', port: 1378 }, 'another with --port or --host'],
    [{ syscall: 'listen', port: 1379 }, 'another with --tcp-port or --host'],
    [{ syscall: 'listen', port: 0 }, 'another host with --host'],
    [{ syscall: 'getaddrinfo' }, 'another host with --host'],
  ])('is told with the option that chooses another: %j', (cause, advice) => {
    expect(told(cause)).toBe(`Cannot bind it: there is a reason. Choose ${advice}.`);
  });
});
