// Puts `p2p` on the path of the user who runs it, from this checkout; with `remove`, takes it away.
import {
  accessSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { npm, root } from './lib/commands.mjs';
import { copyInto, makeOwnFolder, removeFile } from './lib/own-folder.mjs';

const onWindows = process.platform === 'win32';
const { env } = process;
const home = homedir();

/** The path of the program itself; the command on the path points to it. */
const library = onWindows
  ? join(env.LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'peerlane')
  : join(env.XDG_DATA_HOME ?? join(home, '.local', 'share'), 'peerlane');
const program = join(library, 'p2p.mjs');
const windowsCommand = `@node "${program}" %*\r\n`;

const prefix = npm(['prefix', '--global']).trim();
const own = onWindows ? [prefix] : [join(home, '.local', 'bin'), join(home, 'bin')];
const shared = onWindows ? [] : ['/usr/local/bin', join(prefix, 'bin')];
const commandIn = (folder) => join(folder, onWindows ? 'p2p.cmd' : 'p2p');

const isOnPath = (folder) => (env.PATH ?? '').split(delimiter).includes(folder);

function isWritable(folder) {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** The kind of file with the command's name: none, a command of this script, or another program. */
function ownerOf(command) {
  try {
    const isLink = lstatSync(command).isSymbolicLink();
    const isOurs = onWindows
      ? readFileSync(command, 'utf8') === windowsCommand
      : isLink && readlinkSync(command) === program;
    return isOurs ? 'ours' : 'another';
  } catch (error) {
    if (error.code === 'ENOENT') return 'nobody';
    throw error;
  }
}

function install() {
  const folder =
    own.find(isOnPath) ?? shared.find((each) => isOnPath(each) && isWritable(each)) ?? own[0];
  const command = commandIn(folder);
  if (ownerOf(command) === 'another') {
    process.stderr.write(`${command} is another program: remove it first, then try again.\n`);
    return 1;
  }
  try {
    makeOwnFolder(library);
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
  mkdirSync(folder, { recursive: true });
  copyInto(library, 'p2p.mjs', join(root, 'dist', 'p2p.mjs'));
  if (onWindows) writeFileSync(command, windowsCommand);
  else if (ownerOf(command) === 'nobody') symlinkSync(program, command);
  process.stdout.write(`Installed ${command}\n`);
  if (isOnPath(folder)) return 0;
  const advice = onWindows ? `add ${folder} to PATH` : `export PATH="${folder}:$PATH"`;
  process.stdout.write(`This folder is not on your path yet: ${advice}\n`);
  return 0;
}

function remove() {
  const commands = [...own, ...shared].map(commandIn).filter((each) => ownerOf(each) === 'ours');
  for (const path of [...commands, program]) removeFile(path);
  // Something of the user's may lie beside the program.
  if (existsSync(library) && readdirSync(library).length === 0) rmdirSync(library);
  const removed = commands.length > 0 ? `Removed ${commands.join(', ')}` : 'p2p was not installed';
  process.stdout.write(`${removed}\n`);
  return 0;
}

process.exitCode = process.argv[2] === 'remove' ? remove() : install();
