// Operations on entries that another program has open on Windows.
import { describe, expect, it } from 'vitest';
import { whileBusy } from '../../src/leftovers/while-busy.ts';

/** Fails some times with a code, and says how often it was tried and how long that took. */
async function trying(
  platform: NodeJS.Platform,
  code: string,
  failures: number,
): Promise<{ readonly result: string; readonly attempts: number; readonly paused: number }> {
  let [attempts, paused] = [0, 0];
  const work = (): Promise<string> => {
    attempts += 1;
    return attempts > failures
      ? Promise.resolve('done')
      : Promise.reject(Object.assign(new Error('in use'), { code }));
  };
  const pause = (milliseconds: number): Promise<void> => {
    paused += milliseconds;
    return Promise.resolve();
  };
  const result = await whileBusy(work, { platform, pause }).catch(
    (error: unknown) => (error as NodeJS.ErrnoException).code ?? '',
  );
  return { result, attempts, paused };
}

describe('an entry that a virus scanner has open on Windows', () => {
  it.each(['EBUSY', 'EPERM', 'EACCES'])(
    'On Windows an operation is tried again after %s',
    async (code) => {
      expect(await trying('win32', code, 3)).toEqual({ result: 'done', attempts: 4, paused: 70 });
    },
  );

  it('On Windows an operation fails if the entry is in use for half a second', async () => {
    expect(await trying('win32', 'EBUSY', 99)).toEqual({
      result: 'EBUSY',
      attempts: 7,
      paused: 500,
    });
  });
});

describe('what is tried once', () => {
  it.each<[NodeJS.Platform, string]>([
    ['win32', 'ENOENT'],
    ['win32', 'ENOTEMPTY'],
    ['linux', 'EBUSY'],
    ['linux', 'EPERM'],
    ['darwin', 'EACCES'],
  ])('On %s an operation is not tried again after %s', async (platform, code) => {
    expect(await trying(platform, code, 1)).toEqual({ result: code, attempts: 1, paused: 0 });
  });
});
