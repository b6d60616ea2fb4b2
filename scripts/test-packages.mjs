// Packs every package, inspects the tarballs, and uses them from a blank project.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { node, npm, packageNames, pnpm, root, tool, withFolder } from './lib/commands.mjs';
import { runExamples } from './lib/examples.mjs';

await withFolder(async (project) => {
  pnpm(['--recursive', '--filter', './packages/*', 'pack', '--pack-destination', project], {
    cwd: root,
  });
  const tarballs = readdirSync(project).filter((name) => name.endsWith('.tgz'));
  if (tarballs.length !== packageNames.length) {
    throw new Error(`expected ${packageNames.length} tarballs, got ${tarballs.join(', ')}`);
  }
  for (const tarball of tarballs) await inspect(join(project, tarball));

  writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }\n');
  npm(['install', '--no-audit', '--no-fund', ...tarballs.map((name) => `./${name}`)], {
    cwd: project,
  });
  let examples = 0;
  for (const name of packageNames) {
    checkManifest(project, name);
    for (const entry of entriesOf(project, name)) {
      const code = `const m = await import('${entry}'); if (Object.keys(m).length === 0) process.exit(1);`;
      node(['--input-type=module', '--eval', code], { cwd: project });
    }
    examples += runExamples(project, name);
  }
  const help = npm(['exec', '--', 'p2p', '--help'], { cwd: project });
  if (!help.includes('--folder')) throw new Error(`p2p --help said: ${help}`);
  process.stdout.write(
    `${tarballs.length} packages were packed, inspected, installed and used; ${examples} examples of their READMEs ran.\n`,
  );
});

/** publint with nothing let pass, and attw for packages that are ESM alone. */
async function inspect(tarball) {
  const bytes = readFileSync(tarball);
  const { messages, pkg } = await publint({
    pack: { tarball: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) },
    level: 'suggestion',
    strict: true,
  });
  if (messages.length > 0) {
    const faults = messages.map((message) => formatMessage(message, pkg, { color: false }));
    throw new Error(`publint says of ${pkg.name}:\n${faults.join('\n')}`);
  }
  try {
    tool(['attw', tarball, '--profile', 'esm-only', '--no-color', '--format', 'ascii']);
  } catch (error) {
    throw new Error(`attw says of ${pkg.name}:\n${error.stdout}`, { cause: error });
  }
}

function manifestOf(project, name) {
  return readFileSync(join(project, 'node_modules', '@peerlane', name, 'package.json'), 'utf8');
}

function checkManifest(project, name) {
  if (/@peerlane\/source|workspace:|catalog:/.test(manifestOf(project, name))) {
    throw new Error(
      `the packed package.json of @peerlane/${name} names what only this repository has`,
    );
  }
}

/** What can be imported from a package. The program itself is left out: it would start. */
function entriesOf(project, name) {
  return Object.keys(JSON.parse(manifestOf(project, name)).exports)
    .filter((path) => path !== './package.json' && path !== './bin')
    .map((path) => `@peerlane/${name}${path.slice(1)}`);
}
