// Where the cache of a user is.
import { expect, it } from 'vitest';
import { cacheFolder } from '../../src/files/cache-folder.ts';

const home = (): string => '/home/ann';
const homeless = (): string => {
  throw new Error('there is no entry for this user');
};

it.each<[NodeJS.Platform, Record<string, string>, () => string, string | undefined]>([
  ['linux', {}, home, '/home/ann/.cache/peerlane'],
  ['linux', { XDG_CACHE_HOME: '/var/cache/ann' }, home, '/var/cache/ann/peerlane'],
  ['linux', { XDG_CACHE_HOME: '/tmp/cache' }, homeless, '/tmp/cache/peerlane'],
  ['linux', { XDG_CACHE_HOME: 'relative' }, home, '/home/ann/.cache/peerlane'],
  ['linux', { XDG_CACHE_HOME: '' }, home, '/home/ann/.cache/peerlane'],
  ['linux', {}, homeless, undefined],
  ['linux', {}, () => '', undefined],
  ['darwin', {}, () => '/Users/ann', '/Users/ann/Library/Caches/peerlane'],
  ['darwin', { XDG_CACHE_HOME: '/caches' }, home, '/caches/peerlane'],
  ['win32', { LOCALAPPDATA: 'D:\\Local' }, home, 'D:\\Local\\peerlane\\Cache'],
  ['win32', {}, () => 'C:\\Users\\ann', 'C:\\Users\\ann\\AppData\\Local\\peerlane\\Cache'],
])('On %s with %j the cache is at its custom place', (platform, env, homeOf, expected) => {
  expect(cacheFolder({ platform, env, home: homeOf })).toBe(expected);
});
