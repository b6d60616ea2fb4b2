// Results of so many lines as a member with 200,000 files makes.
import { Readable, Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { fileTable } from '../../src/lines/file-table.ts';
import type { Io } from '../../src/output/io.ts';
import { Report } from '../../src/output/report.ts';
import { PlainDialogue } from '../../src/session/dialogue.ts';

/** An output that counts its lines. */
function counting() {
  let lines = 0;
  const stdout = new Writable({
    decodeStrings: false,
    write: (chunk: string, _encoding, done) => {
      lines += chunk.split('\n').length - 1;
      done();
    },
  });
  return { stdout, lines: () => lines };
}

const rows = fileTable(
  Array.from({ length: 200_000 }, (_, each) => ({
    filename: `${each}`,
    contents: [{ size: 1, root: undefined, holders: ['127.0.0.1:1'] }],
  })),
);

const ioOf = (stdout: Writable): Io =>
  ({
    stdin: Readable.from([]),
    stdout,
    stderr: stdout,
    env: {},
    signal: new AbortController().signal,
  }) as unknown as Io;

it('A command prints the 200,000 files that one member lists', () => {
  const { stdout, lines } = counting();
  new Report({ options: { json: false } }, ioOf(stdout)).say(rows);
  expect(lines()).toBe(200_001);
});

it('A session prints the 200,000 files that one member lists', () => {
  const { stdout, lines } = counting();
  using dialogue = new PlainDialogue(ioOf(stdout));
  dialogue.say(rows);
  expect(lines()).toBe(200_001);
});
