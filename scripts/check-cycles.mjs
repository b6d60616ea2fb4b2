// Fails where files of a package import each other in a circle. Imports of types count as well.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import ts from 'typescript';
import { root, run } from './lib/commands.mjs';
import { circlesOf } from './lib/circles.mjs';

const files = run('git', ['ls-files', '--', '*/src/*.ts', '*/src/**/*.ts'], { cwd: root })
  .split('\n')
  .filter((path) => path !== '' && existsSync(join(root, path)));

const imports = new Map();
for (const file of files) {
  const { importedFiles } = ts.preProcessFile(readFileSync(join(root, file), 'utf8'), true, true);
  const local = importedFiles
    .map(({ fileName }) => fileName)
    .filter((name) => name.startsWith('.'));
  imports.set(
    file,
    local.map((name) => join(dirname(file), name).replaceAll('\\', '/')),
  );
}

const circles = circlesOf(imports);
for (const circle of circles) process.stderr.write(`A circle of imports: ${circle.join(', ')}\n`);
if (circles.length > 0) process.exitCode = 1;
else process.stdout.write(`No circle of imports in ${files.length} files.\n`);
