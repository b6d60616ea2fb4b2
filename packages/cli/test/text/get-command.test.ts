// The command that the other side types to get the files that are shared.
import { describe, expect, it } from 'vitest';
import { getCommandLine } from '../../src/text/get-command.ts';

describe('the command that gets what is shared', () => {
  it('The command names up to five files, and one of more', () => {
    const paths = ['1', '2', '3', '4', '5', '6'].map((name) => `/tmp/${name}`);
    expect(getCommandLine(paths.slice(0, 1), [])).toBe('To get it: p2p get 1');
    expect(getCommandLine(paths.slice(0, 5), ['--lan'])).toBe(
      'To get them: p2p get --lan 1 2 3 4 5',
    );
    expect(getCommandLine(paths, ['--lan'])).toBe('To get one of them: p2p get --lan 1');
  });

  it('A name that looks like an option comes after two dashes', () => {
    expect(getCommandLine(['/tmp/-draft.txt'], ['--peer', '10.0.0.1:1378'])).toBe(
      'To get it: p2p get --peer 10.0.0.1:1378 -- -draft.txt',
    );
  });

  it('Control characters of a name are not printed', () => {
    expect(getCommandLine(['/tmp/a\u001b[2J'], [])).not.toContain('\u001b');
  });
});
