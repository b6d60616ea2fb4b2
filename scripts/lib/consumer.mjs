// Makes a project that depends on packed packages, and uses them as its author would.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { node, npm, root } from './commands.mjs';
import { examplesOf } from './examples.mjs';

const read = (...path) => JSON.parse(readFileSync(join(...path), 'utf8'));

/** The installed `package.json` of a package of ours. */
export const manifestOf = (project, name) =>
  read(project, 'node_modules', '@peerlane', name, 'package.json');

/** Throws unless an installed package holds its documents, and its changelog begins with its version. */
export function checkDocuments(project, name) {
  const path = (file) => join(project, 'node_modules', '@peerlane', name, file);
  for (const file of ['README.md', 'LICENSE', 'CHANGELOG.md']) {
    if (!existsSync(path(file))) throw new Error(`@peerlane/${name} comes without its ${file}`);
  }
  const [, newest] = /^## (.*)$/m.exec(readFileSync(path('CHANGELOG.md'), 'utf8')) ?? [];
  const { version } = manifestOf(project, name);
  if (newest !== version) {
    throw new Error(`the changelog of @peerlane/${name} ${version} begins with ${newest}`);
  }
}

/** The entries of a package that can be imported, without the program itself, which would start. */
export function entriesOf(project, name) {
  return Object.keys(manifestOf(project, name).exports)
    .filter((path) => path !== './package.json' && path !== './bin')
    .map((path) => `@peerlane/${name}${path.slice(1)}`);
}

/** Makes `project` a project that depends on one package of ours alone. */
export function installAlone(project, name, env) {
  writeFileSync(join(project, 'package.json'), '{ "private": true }\n');
  npm(['install', '--no-audit', '--no-fund', `@peerlane/${name}`], { cwd: project, env });
}

/** Uses an installed package by `import` and by `require()`. */
export function load(project, name) {
  for (const entry of entriesOf(project, name)) {
    const used = 'if (Object.keys(m).length === 0) process.exit(1);';
    writeFileSync(join(project, 'load.mjs'), `import * as m from '${entry}';\n${used}\n`);
    writeFileSync(join(project, 'load.cjs'), `const m = require('${entry}');\n${used}\n`);
    node(['load.mjs'], { cwd: project });
    node(['load.cjs'], { cwd: project });
  }
}

/**
 * Compiles against an installed package's types, the examples of its README among it: from ESM and
 * from CommonJS, as Node resolves modules and as bundlers do. Throws what the compiler says.
 */
export function compile(project, name) {
  const examples = examplesOf(project, name).map(({ code }, index) => [`example-${index}`, code]);
  const entries = entriesOf(project, name).flatMap((entry, index) => [
    [`import-${index}`, `import * as m from '${entry}';\n${isTyped}`],
  ]);
  const lazily = entriesOf(project, name).map((entry, index) => [
    `lazy-${index}`,
    `export async function load(): Promise<void> {\nconst m = await import('${entry}');\n${isTyped}}\n`,
  ]);
  const required = entriesOf(project, name).map((entry, index) => [
    `required-${index}`,
    `import m = require('${entry}');\n${isTyped}`,
  ]);
  const { Node16, NodeNext, ESNext } = ts.ModuleKind;
  const resolution = ts.ModuleResolutionKind;
  const modules = [...examples, ...entries];
  check(project, Node16, resolution.Node16, [...as('mts', modules), ...as('cts', lazily)]);
  check(project, NodeNext, resolution.NodeNext, as('cts', required));
  check(project, ESNext, resolution.Bundler, as('ts', modules));
}

/** Fails to compile where the types of `m` were not found. */
const isTyped = 'const typed: 0 extends 1 & typeof m ? never : true = true;\nvoid typed;\n';

const as = (extension, sources) => sources.map(([name, code]) => [`${name}.${extension}`, code]);

function check(project, module, moduleResolution, files) {
  for (const [name, code] of files) writeFileSync(join(project, name), `${code}\nexport {};\n`);
  const program = ts.createProgram(
    files.map(([name]) => join(project, name)),
    {
      module,
      moduleResolution,
      target: ts.ScriptTarget.ES2022,
      lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'],
      types: ['node'],
      typeRoots: [join(root, 'node_modules', '@types')],
      strict: true,
      noEmit: true,
    },
  );
  const faults = ts
    .getPreEmitDiagnostics(program)
    .filter(({ file }) => file === undefined || !file.fileName.includes('@types/node'));
  if (faults.length === 0) return;
  throw new Error(
    ts.formatDiagnostics(faults, {
      getCurrentDirectory: () => project,
      getCanonicalFileName: (path) => path,
      getNewLine: () => '\n',
    }),
  );
}
