// Why a file was not found, and the exit code that says so.
import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import type { FindOptions, Silence } from '@peerlane/udp-node';
import { getIntoFolder, type GetContext } from '../../src/node/get-into-folder.ts';
import { NodeError } from '../../src/node/node-error.ts';
import { exitCodes } from '../../src/output/exit-codes.ts';
import { Report } from '../../src/output/report.ts';
import { Screen } from '../support/screen.ts';

/** The error of a download whose search ends without an offer, because of a silence if there is one. */
async function absence(silence?: Silence): Promise<NodeError> {
  const find = (_name: string, { onSilent }: FindOptions) => {
    if (silence) onSilent?.(silence);
    return (async function* () {
      // Nobody has the file.
    })();
  };
  const context = {
    running: { udp: { find, members: () => [] }, library: { folder: { path: tmpdir() } } },
    timeout: 60_000,
    now: () => 0,
  };
  const failed: unknown = await getIntoFolder('a.txt', {}, context as unknown as GetContext).catch(
    (error: unknown) => error,
  );
  if (!NodeError.is(failed)) throw failed;
  return failed;
}

function exitCodeFor(error: Error): number {
  const { output } = new Screen(80);
  const { signal } = new AbortController();
  const io = { stdin: process.stdin, stdout: output, stderr: output, env: {}, cwd: '.', signal };
  return new Report({ options: { json: false } }, io).fail(error);
}

it.each([
  ['everybody has said no', undefined, 'not-found', exitCodes.notFound],
  [
    'those who answer have said no',
    { asked: 2, silent: ['127.0.0.1:9'], ended: true },
    'not-found',
    exitCodes.notFound,
  ],
  [
    'nobody answers',
    { asked: 1, silent: ['127.0.0.1:9'], ended: true },
    'no-answer',
    exitCodes.failed,
  ],
] as const)(
  'The exit code says whether nobody has the file or nobody answered: %s',
  async (_why, silence, code, exitCode) => {
    const error = await absence(silence);
    expect([error.code, exitCodeFor(error)]).toEqual([code, exitCode]);
    if (silence) expect(error.message).toContain('127.0.0.1:9: no answer, not even to a ping.');
  },
);
