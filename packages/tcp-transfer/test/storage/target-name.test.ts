// Names of downloads that Windows would change, or that are its devices.
import { readdir } from 'node:fs/promises';
import { describe, expect, it, vi } from 'vitest';
import { downloadFile, downloadVerified, PieceHasher } from '../../src/index.ts';
import { checkTargetName } from '../../src/storage/target-name.ts';
import { temporaryFolder } from '../support/helpers.ts';

const nameless = { code: 'bad-filename' };

describe('a name that Windows makes something else of', () => {
  it.each([
    ['a stream of another file', 'report.pdf:hidden.exe', 'hold < > : " | ? *'],
    ['the stream of a folder', 'a:$I30:$INDEX_ALLOCATION', 'hold < > : " | ? *'],
    ['a drive', 'c:', 'hold < > : " | ? *'],
    ['a pattern', 'x?y', 'hold < > : " | ? *'],
    ['a redirection', 'a>b', 'hold < > : " | ? *'],
    ['a program behind a dot', 'evil.exe.', 'end with a dot or a blank'],
    ['a program behind a blank', 'evil.exe ', 'end with a dot or a blank'],
    ['nothing but dots', '...', 'end with a dot or a blank'],
  ])('A name that Windows changes is refused only there: %s, %s', (_what, filename, fault) => {
    const refused = `a file name on Windows must not ${fault}, got "${filename}"`;
    const check = (platform: NodeJS.Platform): void => checkTargetName({ filename }, platform);
    expect(() => check('win32')).toThrow(
      expect.objectContaining({ ...nameless, message: refused }),
    );
    for (const platform of ['linux', 'darwin'] as const) check(platform);
  });

  it('A name that Windows changes is refused before any peer is asked', async () => {
    const into = await temporaryFolder();
    const connect = vi.fn(() => {
      throw new Error('somebody was asked');
    });
    const sources = (async function* () {
      await Promise.resolve();
      yield* [];
      throw new Error('somebody was looked for');
    })();
    await using hasher = new PieceHasher();
    const options = { filename: 'evil.exe:a', into };
    const platform = vi.spyOn(process, 'platform', 'get').mockReturnValue('win32');
    try {
      const address = { host: '127.0.0.1', port: 1 };
      await expect(downloadFile({ ...options, address, connect })).rejects.toMatchObject(nameless);
      await expect(downloadVerified({ ...options, sources, hasher })).rejects.toMatchObject(
        nameless,
      );
    } finally {
      platform.mockRestore();
    }
    expect(connect).not.toHaveBeenCalled();
    expect(await readdir(into)).toEqual([]);
  });
});

describe('a name that is a device of Windows', () => {
  it.each(['con', 'nul.txt', 'COM1', 'lpt¹.log', 'aux .c'])(
    'A name of a device of Windows is refused everywhere: %s',
    (name) => {
      for (const platform of ['win32', 'linux', 'darwin'] as const)
        expect(() => checkTargetName({ filename: name }, platform)).toThrow(
          'device name of Windows',
        );
    },
  );
});

describe('a name that is good on Windows', () => {
  it.each(['a.txt', '.hidden', 'a b', 'con10.txt', 'é', 'a;b', "it's", 'a%b$c', ' a'])(
    'A name that is valid on Windows is accepted as it is: %s',
    (filename) => {
      checkTargetName({ filename }, 'win32');
    },
  );

  it('A file whose own name is refused can be saved under a valid one', () => {
    checkTargetName({ filename: 'a:b', saveAs: 'a-b' }, 'win32');
    checkTargetName({ filename: 'con', saveAs: 'con-' }, 'win32');
    expect(() => checkTargetName({ filename: 'a', saveAs: 'a:b' }, 'win32')).toThrow('Windows');
  });
});
