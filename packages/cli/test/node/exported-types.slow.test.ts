// The types of the node in a program that depends on `@peerlane/cli` alone: under pnpm such a program
// cannot import the packages below.
import { cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { expect } from 'vitest';
import { it } from '../support/lab.ts';

const packages = resolve(import.meta.dirname, '../../..');

/** Installs a package of this repository from its sources, with those that it needs, as pnpm does. */
async function installStrictly(project: string): Promise<void> {
  const store = join(project, 'node_modules', '.pnpm', 'peerlane', 'node_modules', '@peerlane');
  for (const name of ['cli', 'cluster', 'protocol', 'tcp-transfer', 'udp-node']) {
    for (const part of ['package.json', 'src'])
      await cp(join(packages, name, part), join(store, name, part), { recursive: true });
  }
  await mkdir(join(project, 'node_modules', '@peerlane'));
  await symlink(join(store, 'cli'), join(project, 'node_modules', '@peerlane', 'cli'), 'junction');
}

const consumer = `import { createNode } from '@peerlane/cli/node';
const node = createNode({});
export const find = () => node.find('a.txt');
export const members = () => node.members();
export const search = () => node.search('a');
export const get = () => node.get('a.txt');
export const shared = () => node.shared();
export const address = () => node.address;
export const close = () => node.close;
export const requests = (listen: Parameters<typeof node.on<'offer' | 'sent' | 'wire'>>[1]) => listen;
`;

it('A function that returns a result of a node compiles if only this package is installed', async ({
  lab,
}) => {
  const project = await lab.folder();
  await installStrictly(project);
  await writeFile(join(project, 'package.json'), '{ "type": "module" }');
  await writeFile(join(project, 'consumer.ts'), consumer);
  const program = ts.createProgram([join(project, 'consumer.ts')], {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    lib: ['lib.es2023.d.ts', 'lib.es2024.string.d.ts', 'lib.esnext.disposable.d.ts'],
    customConditions: ['@peerlane/source'],
    types: ['node'],
    typeRoots: [resolve(packages, '../node_modules/@types')],
    strict: true,
    declaration: true,
    allowImportingTsExtensions: true,
    emitDeclarationOnly: true,
    outDir: join(project, 'out'),
    skipLibCheck: true,
  });
  const source = program.getSourceFile(join(project, 'consumer.ts'));
  const faults = [
    ...program.getSemanticDiagnostics(source),
    ...program.getDeclarationDiagnostics(source),
  ].map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
  expect(faults).toEqual([]);
});
