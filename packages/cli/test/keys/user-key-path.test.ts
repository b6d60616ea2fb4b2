// Where the key file of a user is.
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { userKeyPath } from '../../src/keys/user-key-path.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

describe.skipIf(process.platform === 'win32' || process.platform === 'darwin')('A key file', () => {
  it('is in the folder that XDG_CONFIG_HOME names', async () => {
    vi.stubEnv('XDG_CONFIG_HOME', '/etc/ann');
    expect(await userKeyPath()).toBe('/etc/ann/peerlane/key');
  });

  it('is in the home folder if XDG_CONFIG_HOME is relative: the node of a user with a key is not open then', async () => {
    vi.stubEnv('XDG_CONFIG_HOME', 'relative');
    expect(await userKeyPath()).toBe(join(homedir(), '.config', 'peerlane', 'key'));
  });
});
