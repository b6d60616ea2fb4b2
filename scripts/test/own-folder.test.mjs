// A folder for a program that nobody else may write to.
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { withFolder } from '../lib/commands.mjs';
import { copyInto, makeOwnFolder } from '../lib/own-folder.mjs';

test('A program is not written through a link that stands in its place', () =>
  withFolder((outer) => {
    const folder = join(outer, 'library');
    makeOwnFolder(folder);
    for (const name of ['precious', 'program']) writeFileSync(join(outer, name), name);
    symlinkSync(join(outer, 'precious'), join(folder, 'p2p.mjs'));
    copyInto(folder, 'p2p.mjs', join(outer, 'program'));
    assert.equal(readFileSync(join(outer, 'precious'), 'utf8'), 'precious');
    assert.equal(readFileSync(join(folder, 'p2p.mjs'), 'utf8'), 'program');
    makeOwnFolder(folder);
  }));

test(
  'A folder that is installed into is closed to others, and a link to one is refused',
  { skip: process.platform === 'win32' },
  () =>
    withFolder((outer) => {
      const [open, link] = [join(outer, 'open'), join(outer, 'link')];
      mkdirSync(open);
      chmodSync(open, 0o777);
      symlinkSync(open, link);
      assert.throws(() => makeOwnFolder(link), /is no folder of yours/);
      assert.equal(statSync(open).mode & 0o777, 0o777);
      makeOwnFolder(open);
      assert.equal(statSync(open).mode & 0o777, 0o755);
    }),
);
