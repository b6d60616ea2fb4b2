// Puts what breaks something first in the changelogs, after `changeset version` has written them.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { breakingFirst } from './lib/changelog.mjs';
import { packageNames, root } from './lib/commands.mjs';

for (const name of packageNames) {
  const path = join(root, 'packages', name, 'CHANGELOG.md');
  writeFileSync(path, breakingFirst(readFileSync(path, 'utf8')));
}
