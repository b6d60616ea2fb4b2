// How long a guest waits for members, in virtual time.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Guest } from '../../src/members/guest.ts';
import { gatherFound } from '../../src/commands/search.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const { signal } = new AbortController();

/** A guest that hears one member after a while, or none. */
function guestThatHears(after: number) {
  const search = vi.fn(() => Promise.resolve([]));
  const searchFolders = () => Promise.resolve([]);
  const start = Date.now();
  const members = () =>
    Date.now() - start < after ? [] : [{ address: '127.0.0.1:9', tcpPort: 1, state: 'heard' }];
  const config = { waiting: 100 };
  return {
    search,
    guest: {
      node: { members, search, searchFolders, hasConverged: true },
      config,
      peers: [],
      areUnknown: () => false,
      strangers: new Set(),
    } as unknown as Guest,
  };
}

it('A member that is heard late, as on a busy machine, is asked for files', async () => {
  const { search, guest } = guestThatHears(3000);
  const gathering = gatherFound(guest, '', signal);
  await vi.advanceTimersByTimeAsync(2500);
  expect(search).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(600);
  expect(await gathering).toEqual({ files: [], folders: [] });
  expect(search).toHaveBeenCalledOnce();
});

it('A guest waits for members for at most four seconds', async () => {
  const { guest } = guestThatHears(Infinity);
  const gathering = expect(gatherFound(guest, '', signal)).rejects.toThrow(
    'Nobody was heard on this machine',
  );
  await vi.advanceTimersByTimeAsync(4000);
  await gathering;
});
