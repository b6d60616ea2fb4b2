// What the command line adds to errors: advice, options, and commands to copy.
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
  const textOf = (peer: string, filename: string) =>
    otherContentText({ peer, filename, root, size: 1 });

  it('The command for another content has the peer, the root and the name', () => {
    expect(textOf('127.0.0.1:99', 'a.txt')).toBe(
      `127.0.0.1:99 has another "a.txt" (1 B), which this gets: p2p get --peer 127.0.0.1:99 --root ${root} a.txt`,
    );
  });

  it('Of a folder it is also said from whom it is taken', () => {
    const other = { peer: '127.0.0.1:99', filename: 'photos/', root, size: 2000 };
    expect(otherContentText({ ...other, from: '127.0.0.1:98' })).toBe(
      `"photos/" is taken as 127.0.0.1:98 has it. 127.0.0.1:99 has another "photos/" (2.0 kB), which this gets: p2p get --peer 127.0.0.1:99 --root ${root} photos/`,
    );
  });

  // A guest reaches a peer that it is named, wherever that is.
  it('The command has no --lan, and -- before a name with a dash', () => {
    expect(textOf('192.168.0.2:99', '-a.txt')).toMatch(
      / p2p get --peer 192\.168\.0\.2:99 --root 8+ -- -a\.txt$/,
    );
  });

  it.each([
    ['a-b_1.txt', 'a-b_1.txt', 'a-b_1.txt'],
    ['two words', "'two words'", '"two words"'],
    ["it's $HOME", "'it'\\''s $HOME'", '"it\'s $HOME"'],
    ['=a', "'=a'", '"=a"'],
    ['é.txt', "'é.txt'", '"é.txt"'],
  ])('The name %s is quoted for a shell', (name, posix, windows) => {
    expect([shellWord(name, 'linux'), shellWord(name, 'win32')]).toEqual([posix, windows]);
  });
});

describe('a name that cannot be saved here', () => {
  const textOf = (filename: string): string => {
    try {
      checkTargetName({ filename }, 'win32');
      return '';
    } catch (error) {
      return downloadFailureText(error as Error, filename);
    }
  };

  it('The error for a name that cannot be saved says what was expected and what to do', () => {
    expect(textOf('notes: draft.txt')).toBe(
      'a file name on Windows must not hold < > : " | ? *, got "notes: draft.txt". ' +
        'Save it under another name: p2p get -o NAME',
    );
    expect(textOf('nul.txt')).toMatch(/^a file name must not be a device.* p2p get -o NAME$/);
  });

  it('The error for a name of no file has no advice', () => {
    expect(textOf('')).toBe('a file name must not be empty, got ""');
    expect(textOf('..')).toBe('a file name must not name a folder, got ".."');
  });
});

describe('a port or a host that cannot be bound', () => {
  const textOf = (cause: object): string =>
    failureText(new NodeError('bind', 'Cannot bind it: there is a reason.', { cause }));

  it.each([
    [{ syscall: 'bind', port: 1378 }, 'another with --port or --host'],
    [{ syscall: 'listen', port: 1379 }, 'another with --tcp-port or --host'],
    [{ syscall: 'listen', port: 0 }, 'another host with --host'],
    [{ syscall: 'getaddrinfo' }, 'another host with --host'],
  ])(
    'The error for the cause %j names the option that chooses another port or host',
    (cause, advice) => {
      expect(textOf(cause)).toBe(`Cannot bind it: there is a reason. Choose ${advice}.`);
    },
  );
});

it('The error for a holder with another key says how the keys are compared', () => {
  const error = new NodeError('not-member', 'Nobody delivered "a.txt".');
  expect(downloadFailureText(error, 'a.txt')).toBe(
    'Nobody delivered "a.txt". Both machines need the same key: p2p config shows the id of each',
  );
});
