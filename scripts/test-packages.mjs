// Packs every package, inspects the tarballs, and uses them from a blank project.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { npm, packageNames, pnpm, root, tool, withFolder } from './lib/commands.mjs';
import { checkDocuments, load, manifestOf } from './lib/consumer.mjs';
import { runExamples } from './lib/examples.mjs';
import { licencesOf, licenceText } from './lib/licences.mjs';

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
    checkDocuments(project, name);
    checkLicences(project, name);
    load(project, name);
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

function checkManifest(project, name) {
  if (/@peerlane\/source|workspace:|catalog:/.test(JSON.stringify(manifestOf(project, name)))) {
    throw new Error(
      `the packed package.json of @peerlane/${name} names what only this repository has`,
    );
  }
}

/** A package holds the licences of all whose code is built into it, as its source maps name them. */
function checkLicences(project, name) {
  const dist = join('node_modules', '@peerlane', name, 'dist');
  const built = join(root, 'packages', name, 'dist');
  const maps = readdirSync(join(project, dist)).filter((file) => file.endsWith('.js.map'));
  const sources = maps.flatMap((file) => {
    const { sources: paths } = JSON.parse(readFileSync(join(project, dist, file), 'utf8'));
    return paths.map((path) => join(built, path));
  });
  const file = join(project, dist, 'NOTICES.txt');
  const shipped = existsSync(file) ? readFileSync(file, 'utf8') : '';
  for (const licence of licencesOf(sources)) {
    if (shipped.includes(licenceText([licence]))) continue;
    throw new Error(`@peerlane/${name} lacks the licence of ${licence.name}`);
  }
}
