// Lockfiles that lack the programs of some systems.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { missingSystems } from '../lib/missing-systems.mjs';

/** A lockfile in which `turbo` has programs for some systems, and what else is optional. */
const lockfile = (...systems) => ({
  packages: {
    ...Object.fromEntries(systems.map((os) => [`turbo-${os}@1.0.0`, { os: [os], cpu: ['x64'] }])),
    'fsevents@2.3.3': { os: ['darwin'] },
  },
  snapshots: {
    'turbo@1.0.0': {
      optionalDependencies: {
        ...Object.fromEntries(systems.map((os) => [`turbo-${os}`, '1.0.0'])),
        fsevents: '2.3.3',
      },
    },
    'chokidar@3.0.0': { optionalDependencies: { fsevents: '2.3.3' } },
    'yaml@2.0.0': {},
  },
});

test('A lockfile that lacks the programs of other systems is found', () => {
  assert.deepEqual(missingSystems(lockfile('linux')), [
    'turbo@1.0.0 has no program for darwin and win32',
  ]);
  assert.deepEqual(missingSystems(lockfile('linux', 'darwin')), [
    'turbo@1.0.0 has no program for win32',
  ]);
});

test('A lockfile with the programs of every system has no fault', () => {
  assert.deepEqual(missingSystems(lockfile('linux', 'darwin', 'win32')), []);
});
