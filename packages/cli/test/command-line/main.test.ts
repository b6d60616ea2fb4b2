// How the program reports an error.
import { Readable, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { Io } from '../../src/output/io.ts';
import { main, printFailure } from '../../src/main.ts';

/** What is printed about an error. */
async function printed(error: unknown): Promise<string> {
  let text = '';
  const stderr = new Writable({
    write(bytes, _encoding, done) {
      text += String(bytes);
      done();
    },
  });
  expect(await printFailure(error, { stderr })).toBe(1);
  return text;
}

describe('the program', () => {
  it('A program that may open no more files says how to allow more, and loads nothing for that', async () => {
    for (const code of ['EMFILE', 'ENFILE'])
      expect(await printed(Object.assign(new Error('no'), { code }))).toBe(
        'p2p: Too many files are open. Allow more: ulimit -n 1024\n',
      );
  });

  it('The program prints any error in one line that cannot control a terminal', async () => {
    let printed = '';
    const io: Io = {
      stdin: Readable.from([]),
      stdout: new Writable(),
      stderr: new Writable({
        write(bytes, _encoding, done) {
          printed += String(bytes);
          done();
        },
      }),
      env: new Proxy(
        {},
        {
          ownKeys: () => {
            throw new Error('surprise\n\u001b[2J');
          },
        },
      ),
      cwd: '.',
      signal: new AbortController().signal,
    };
    expect(await main([], io)).toBe(1);
    expect(printed).toBe('p2p: surprise\\n\\u{1b}[2J\n');
    printed = '';
    expect(await main(['\u001b[2J'], io)).toBe(2);
    expect(printed).toContain('p2p: There is no command "\\u{1b}[2J". Commands');
  });
});
