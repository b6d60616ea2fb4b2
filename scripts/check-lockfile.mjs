// Fails where pnpm-lock.yaml lacks what a system of CI needs: a tool with a program for Linux has one
// for macOS and for Windows too.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { parse } from 'yaml';
import { root } from './lib/commands.mjs';
import { missingSystems } from './lib/missing-systems.mjs';

const faults = missingSystems(parse(readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8')));
if (faults.length > 0) {
  process.stderr.write(
    `${faults.join('\n')}\nWrite the lockfile anew: pnpm install --fix-lockfile\n`,
  );
  process.exitCode = 1;
} else process.stdout.write('The lockfile holds the tools of every system.\n');
