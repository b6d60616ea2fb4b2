// Runs the examples of an installed package's README.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { node, temporaryFilesIn } from './commands.mjs';

/** Shows what is logged as a README writes it: each call as one line. */
const logger = `import { inspect } from 'node:util';
const console = {
  log: (value) =>
    process.stdout.write(
      (typeof value === 'string'
        ? value.replaceAll('\\n', '\\\\n')
        : inspect(value, { breakLength: Infinity, depth: Infinity })) + '\\n',
    ),
};
`;

/** The examples in an installed package's README that stand alone: `{ code, logs }`. */
export function examplesOf(project, name) {
  const readme = readFileSync(
    join(project, 'node_modules', '@peerlane', name, 'README.md'),
    'utf8',
  );
  const blocks = [...readme.matchAll(/^```[jt]s\n(.*?)^```$/gms)].map(([, code]) => code);
  return blocks
    .filter((code) => code.includes(`from '@peerlane/${name}`))
    .map((code) => ({
      code,
      logs: [...code.matchAll(/^ *\/\/ → (.*)$/gm)].map(([, text]) => text),
    }));
}

/** Runs an installed package's examples in `project`; throws where one logs other than it says. */
export function runExamples(project, name) {
  const examples = examplesOf(project, name);
  if (examples.length === 0) throw new Error(`the README of @peerlane/${name} has no example`);
  examples.forEach(({ code, logs }, index) => {
    if (logs.length === 0) throw new Error(`an example of @peerlane/${name} shows no result`);
    const file = join(project, `${name}-${index + 1}.mjs`);
    // `await using` is understood by no more than the newest Node.
    const { code: runnable } = transformSync(code, { loader: 'ts', target: 'node20.19' });
    writeFileSync(file, `${logger}${runnable}`);
    const logged = node([file], { cwd: project, env: temporaryFilesIn(project) })
      .split('\n')
      .slice(0, -1);
    if (JSON.stringify(logged) === JSON.stringify(logs)) return;
    throw new Error(
      `example ${index + 1} of @peerlane/${name} logged\n${logged.join('\n')}\nand not\n${logs.join('\n')}`,
    );
  });
  return examples.length;
}
