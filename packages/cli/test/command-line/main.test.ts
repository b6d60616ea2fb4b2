// How the program reports an error.
import { Readable, Writable } from 'node:stream';
import { ClusterKey } from '@peerlane/seal';
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

/** The surroundings of a program, and what it has printed so far. */
function recording(env: Io['env'] = {}): readonly [() => string, Io] {
  let text = '';
  const output = (): Writable =>
    new Writable({
      write(bytes, _encoding, done) {
        text += String(bytes);
        done();
      },
    });
  const signal = new AbortController().signal;
  const streams = { stdin: Readable.from([]), stdout: output(), stderr: output() };
  return [() => text, { ...streams, env, cwd: '.', signal }];
}

describe('the program', () => {
  it('A program that may open no more files says how to allow more, and loads nothing for that', async () => {
    for (const code of ['EMFILE', 'ENFILE'])
      expect(await printed(Object.assign(new Error('no'), { code }))).toBe(
        'p2p: Too many files are open. Allow more: ulimit -n 1024\n',
      );
  });

  it('A key in a command line is refused before anything is done with it, and is not repeated', async () => {
    const key = ClusterKey.generate().reveal();
    for (const argv of [
      ['get', key],
      ['search', key],
      ['key', 'use', key],
      [`--name=${key}`],
      [key],
    ]) {
      const [out, io] = recording();
      expect(await main(argv, io)).toBe(2);
      expect(out()).toMatch(
        /^p2p: A key is never typed in a command line, where others can read it/,
      );
      expect(out()).not.toContain(key.slice(15, 25));
    }
  });

  it('A key in a variable of another setting is not repeated', async () => {
    const key = ClusterKey.generate().reveal();
    for (const name of ['P2P_NAME', 'P2P_CLUSTER', 'P2P_KEY_FILE', 'P2P_FOLDER', 'P2P_ALLOW']) {
      const [out, io] = recording({ [name]: key });
      await main(['config'], io);
      expect(out()).toContain(name);
      expect(out()).not.toContain(key.slice(15, 25));
    }
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
