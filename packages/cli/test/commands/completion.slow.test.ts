// Completion by Tab in real shells: what is inserted for names of files, which come from the network.
import { spawnSync } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect } from 'vitest';
import { holder, run } from '../support/guests.ts';
import { inTime, it, type Lab } from '../support/lab.ts';
import { program, terminals } from '../support/program.ts';
import { isMissing, Shell, shells, type ShellName } from '../support/shell.ts';

const shellNames = Object.keys(shells) as ShellName[];

/** What is typed after `p2p get --peer HOST:PORT` before Tab is pressed, and the name that it begins. */
const typed: readonly (readonly [keys: string, name: string])[] = [
  ['\\$\\(to', '$(touch pwned) x.txt'],
  ["'$(to", '$(touch pwned) x.txt'],
  ["'`to", '`touch pwned` y.txt'],
  ["it\\'s", 'it\'s "q" z.txt'],
  ['"it', 'it\'s "q" z.txt'],
  ["'it", 'it\'s "q" z.txt'],
  ['a\\ b', 'a b c'],
  ['"a b', 'a b c'],
  ['x:', 'x:y=z@w.txt'],
  ['\\#', '#hash'],
  ['\\~', '~tilde'],
  ['\\[', '[x]*?{a,b}'],
  ['ü', 'ünï côdé.txt'],
  ['" le', ' lead'],
  ['per', 'per%s&;|<>'],
  ['"ba', 'bang!bang'],
  ['-- -dr', '-draft.txt'],
];

/**
 * The same with folders. Within quotes fish lets the user go on below a folder, and closes none. One that lies in
 * another is completed once the slash before it was typed.
 */
const typedFolders: readonly (readonly [keys: string, name: string])[] = [
  ['mu', 'music/'],
  ['photos/2', 'photos/2026/'],
  ['my\\ f', 'my folder/'],
  ['\\$\\(to', '$(touch pwned) dir/'],
  ['it', "it's/"],
];

/**
 * A `p2p` for the path. It repeats requests for completions until there are some: on a busy machine
 * nobody may answer in time. `p2p get` only writes down its last argument.
 */
async function inPath(lab: Lab): Promise<{ readonly folder: string; readonly args: string }> {
  const folder = await lab.folder();
  const args = join(folder, 'args');
  const script = `#!/bin/sh
found= paths=
case $1 in
--complete)
  until [ -n "$found$paths" ]; do
    found=$('${process.execPath}' '${program}' "$@") || paths=1
  done
  printf '%s\\n' "$found"
  exit $paths ;;
completion) exec '${process.execPath}' '${program}' "$@" ;;
get)
  for last; do :; done
  printf '%s' "$last" >'${args}'
  echo '<done>' ;;
esac
`;
  await writeFile(join(folder, 'p2p'), script, { mode: 0o755 });
  return { folder, args };
}

/**
 * Presses Tab in a shell after keys that follow `p2p get --peer HOST:PORT`, and Return. Returns the arguments
 * that came of it. Nothing may have been run.
 */
async function insertedBy(
  lab: Lab,
  name: ShellName,
  peer: string,
  typed: readonly (readonly [keys: string, name: string])[],
): Promise<readonly string[]> {
  const { folder, args } = await inPath(lab);
  const cwd = await lab.folder();
  await using shell = new Shell(name, cwd, {
    ...{ HOME: folder, LC_ALL: 'C.UTF-8', P2P_DISCOVERY: 'false' },
    PATH: `${folder}:${process.env.PATH!}`,
  });
  const script = join(folder, 'script');
  await shell.type(`p2p completion ${name} >${script}; . ${script}; echo rea''dy\n`, 'ready');
  const inserted: string[] = [];
  for (const [keys] of typed) {
    await shell.type(`p2p get --peer ${peer} ${keys}\t\n`, '<done>');
    inserted.push(await readFile(args, 'utf8'));
  }
  expect(await readdir(cwd)).toEqual([]);
  return inserted;
}

describe.concurrent('completion by Tab', () => {
  it.for(shellNames)(
    'In %s, Tab inserts the exact name of a file of the cluster, and runs nothing of it',
    async (name, { lab, skip }) => {
      skip(terminals.missing, terminals.reason);
      skip(isMissing(name), `there is no ${name} here`);
      const files = Object.fromEntries(typed.map(([, filename]) => [filename, 'content']));
      const peer = await holder(lab, files);
      const inserted = await insertedBy(lab, name, peer, typed);
      expect(inserted).toEqual(typed.map(([, filename]) => filename));
    },
  );

  it.for(shellNames)(
    'In %s, Tab inserts the exact name of a folder of the cluster with its slash, and goes on below it',
    async (name, { lab, skip }) => {
      skip(terminals.missing, terminals.reason);
      skip(isMissing(name), `there is no ${name} here`);
      const above = await lab.folder();
      for (const [, path] of typedFolders) {
        await mkdir(join(above, path), { recursive: true });
        await writeFile(join(above, path, `file in ${basename(path)}`), '');
      }
      const { address } = await lab.start(above);
      const inserted = await insertedBy(lab, name, address, typedFolders);
      expect(inserted).toEqual(typedFolders.map(([, path]) => path));
    },
  );

  it.for(shellNames)(
    'In %s, Tab completes commands, options and shells',
    async (name, { lab, skip }) => {
      skip(terminals.missing, terminals.reason);
      skip(isMissing(name), `there is no ${name} here`);
      const { folder } = await inPath(lab);
      await using shell = new Shell(name, await lab.folder(), {
        ...{ HOME: folder, LC_ALL: 'C.UTF-8', PATH: `${folder}:${process.env.PATH!}` },
      });
      const script = join(folder, 'script');
      await shell.type(`p2p completion ${name} >${script}; . ${script}; echo rea''dy\n`, 'ready');
      await shell.type('p2p sea\t', 'search');
      await shell.type('\u0015p2p get --skip\t', '--skip-existing');
      await shell.type('\u0015p2p completion f\t', 'fish');
      const path = join(folder, 'p2p');
      await shell.type(`\u0015p2p share ${path.slice(0, -1)}\t`, path);
    },
  );

  it('The names of the node of this machine are completed, without those that cannot be shown', async ({
    lab,
  }) => {
    const peer = await holder(lab, {
      'a.txt': '',
      'b\u202egpj.exe': '',
      '-c.txt': '',
      'd.txt': '',
    });
    const cwd = await lab.folder();
    const env = { P2P_PORT: peer.split(':')[1]! };
    const lines = async (...words: string[]): Promise<string[]> => {
      const asked = lab.run({ args: ['--complete', 'fish', 'p2p', ...words], cwd, env });
      expect([await asked.exit, asked.stderr]).toEqual([0, '']);
      return asked.stdout.split('\n').slice(0, -1);
    };
    await inTime(async () => {
      expect(await lines('get', '')).toEqual(['a.txt', 'd.txt']);
    });
    await inTime(async () => {
      expect(await lines('get', 'd.txt', '')).toEqual(['a.txt']);
    });
    await inTime(async () => {
      expect(await lines('get', '--', '-')).toEqual(['-c.txt']);
    });
  });

  it('Completion without a node offers the options of the command, and says nothing else', async ({
    lab,
  }) => {
    const cwd = await lab.folder();
    await writeFile(join(cwd, 'config.yml'), 'period: 5\n', { mode: 0o644 });
    const asked = await run(lab, cwd, '--complete', 'zsh', 'p2p', 'get', '');
    expect([asked.code, asked.stderr]).toEqual([0, '']);
    expect(asked.stdout).toMatch(/^--into\tfolder to download into$/m);
    const faulty = await run(lab, cwd, '--complete', 'zsh', 'p2p', 'get', '--peer', ':', '');
    expect([faulty.code, faulty.stderr]).toEqual([0, '']);
  });

  it('A script prints no error where p2p is gone', ({ skip }) => {
    skip(isMissing('bash'), 'there is no bash here');
    const printed = spawnSync(process.execPath, [program, 'completion', 'bash'], {
      encoding: 'utf8',
    });
    const line = 'COMP_LINE=\'p2p get \' COMP_POINT=8; _p2p; echo "${#COMPREPLY[@]}"';
    const { stdout, stderr } = spawnSync(
      'bash',
      ['-c', `PATH=/nowhere\n${printed.stdout}\n${line}`],
      {
        encoding: 'utf8',
      },
    );
    expect([stdout, stderr]).toEqual(['0\n', '']);
  });

  it.for(shellNames)(
    'Without its name, the script for %s follows from the environment',
    (shell) => {
      const printed = (args: string[], env: Record<string, string>): string =>
        spawnSync(process.execPath, [program, 'completion', ...args], { encoding: 'utf8', env })
          .stdout;
      const named = printed([shell], { SHELL: '/bin/sh', ZSH_NAME: shell === 'zsh' ? '' : 'zsh' });
      expect(named).toContain(`--complete ${shell} `);
      expect(printed([], { SHELL: `/bin/${shell}` })).toBe(named);
    },
  );
});
