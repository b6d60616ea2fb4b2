// The commands of a session, such as `list` and `get`.
import { memberTable } from '../lines/member-table.ts';
import { foundTables, incompleteText } from '../lines/file-table.ts';
import { leftIn, leftLines } from '../lines/left-text.ts';
import { sealText } from '../lines/seal-text.ts';
import { allAnswer, pongTimeout, silenceOf, statusLines, statusOf } from '../lines/status-lines.ts';
import type { CommandKeys, Dialogue } from './dialogue.ts';
import type { PeerlaneNode } from '../node/node.ts';
import { didYouMean, nearestNames } from '../did-you-mean.ts';
import { sharedText } from '../text/figures.ts';
import { clashLines } from '../members/name-clashes.ts';
import { ownAddresses } from '../members/own-addresses.ts';
import { waitForMembers } from '../members/wait-for-members.ts';
import { searchMembers, type Found } from '../members/search-members.ts';
import type { SessionOptions } from './session-options.ts';
import { join } from './join.ts';
import { NameCompletion } from './name-completion.ts';
import { Downloads } from './downloads.ts';
import { getByName, nameFromTyped } from '../text/typed-name.ts';

const usages = {
  list: ['list', 'the members of the cluster'],
  get: ['get <filename>', 'download a file from the cluster; a folder with a slash: get photos/'],
  cancel: ['cancel [filename]', 'stop one download, or all of them'],
  search: ['search [text]', 'the files and folders in the cluster'],
  join: ['join HOST[:PORT]', 'add a node to the cluster'],
  status: ['status', 'this node, its members and their files'],
  help: ['help', 'these commands'],
  quit: ['quit', 'stop sharing and leave'],
} as const;

/** Other words for commands, which people know from elsewhere. */
const aliases: Readonly<Record<string, string>> = { exit: 'quit', '?': 'help', ls: 'list' };

/** The names of the commands. */
export const words: readonly string[] = Object.keys(usages);

/**
 * Runs the commands of a session until `quit`, the end of the input, or the signal. At a terminal
 * downloads run in the background, and Ctrl-D ends the session at once. The commands of a script run one
 * after the other, to the last.
 */
export class SessionCommands implements CommandKeys {
  readonly #node: PeerlaneNode;
  readonly #dialogue: Dialogue;
  readonly #options: SessionOptions;
  readonly #downloads: Downloads;
  readonly #names: NameCompletion;

  constructor(node: PeerlaneNode, dialogue: Dialogue, options: SessionOptions) {
    this.#node = node;
    this.#dialogue = dialogue;
    this.#options = options;
    this.#downloads = new Downloads(node, dialogue, options);
    this.#names = new NameCompletion(node, options.signal);
  }

  readonly cancel = (): boolean => this.#downloads.cancel();

  readonly complete = (line: string): Promise<[string[], string]> =>
    this.#names.complete(line, words, this.#downloads.names);

  async run(): Promise<void> {
    const { lines, interactive } = this.#dialogue;
    for (let line = await lines.next(); line !== undefined; line = await lines.next()) {
      if (commandOf(line, interactive) === 'quit') {
        this.#downloads.leave();
        break;
      }
      await this.#perform(line);
    }
    if (interactive) this.#downloads.leave();
    await this.#downloads.idle();
  }

  async #perform(line: string): Promise<void> {
    const { interactive } = this.#dialogue;
    const command = commandOf(line, interactive);
    const [word = ''] = command.split(' ', 1);
    const operand = interactive ? line.trimStart().slice(word.length) : command.slice(word.length);
    // In a script the name is everything after one blank.
    const typed = interactive ? nameFromTyped(operand) : operand.slice(1);
    if (command === '' || this.#downloads.answer(command)) return;
    if (this.#options.answer(command)) return;
    if (command === 'get') this.#dialogue.fail('Expected a file name: get <filename>');
    else if (command.startsWith('get ')) {
      const download = this.#downloads.get(typed);
      if (!interactive) await download;
    } else if (command === 'list') await this.#list();
    else if (word === 'cancel') this.#cancel(typed);
    else if (word === 'search') await this.#search(typed);
    else if (word === 'join') await join(operand, this.#node, this.#dialogue, this.#options);
    else if (command === 'status') await this.#status();
    else if (command === 'help') this.#help();
    else await this.#unknown(command, word);
  }

  async #list(): Promise<void> {
    const { interactive } = this.#dialogue;
    if (interactive) await this.#askWhoIsThere();
    const now = performance.now();
    const lines = this.#node.members().map((member, index) => {
      const { address, name } = member;
      const silence = silenceOf(member, now);
      const notes = [
        ...(name === undefined ? [] : [name]),
        ...(silence === undefined ? [] : [`silent for ${Math.round(silence / 1000)} s`]),
      ];
      // A script reads the lines of the original.
      return [`  ${index + 1}. ${address}`, ...(interactive ? notes : [])].join('  ');
    });
    this.#dialogue.say('Cluster members:', ...(lines.length > 0 ? lines : ['  (none yet)']));
  }

  #cancel(filename: string): void {
    if (this.#downloads.cancel(filename === '' ? undefined : filename)) return;
    const running = this.#downloads.names.join(', ');
    if (running === '') this.#dialogue.fail('No download is running.');
    else this.#dialogue.fail(`"${filename}" is not being downloaded. Running: ${running}`);
  }

  async #search(text: string): Promise<void> {
    const found = await this.#find(text);
    this.#names.learn(found, text);
    const { files, folders } = found;
    if (files.length + folders.length > 0) this.#dialogue.say(foundTables(files, folders));
    else if (text === '') this.#dialogue.say('No member lists a file or a folder.');
    else this.#dialogue.say(`No member lists a file or a folder with "${text}" in its name.`);
  }

  async #find(text: string): Promise<Found> {
    return await searchMembers(this.#node, text, this.#options.signal, {
      onIncomplete: (list) => {
        this.#dialogue.say(incompleteText(list));
      },
    });
  }

  async #status(): Promise<void> {
    const { address, tcpAddress } = this.#node;
    const { name, folder } = this.#options;
    this.#node.pingMembers();
    const shared = await this.#node.shared();
    const found = await this.#find('');
    await this.#askWhoIsThere();
    const members = this.#node.members();
    this.#dialogue.say(
      `This node: ${name}, UDP ${ownAddresses(address).join(', ')}, TCP port ${tcpAddress.port}.`,
      `Sharing ${sharedText(shared)} from ${folder}.`,
      sealText(this.#node.sealedBy, this.#options.host),
      ...clashLines(this.#node),
      ...leftLines(await leftIn(folder), folder),
      ...statusLines(statusOf(members, found, performance.now())),
      ...(members.length > 0 ? memberTable(members, performance.now()) : []),
    );
  }

  /** Pings all members, and waits a moment for their answers. */
  async #askWhoIsThere(): Promise<void> {
    this.#node.pingMembers();
    await waitForMembers(this.#node, allAnswer, pongTimeout, this.#options.signal);
  }

  #help(): void {
    const width = Math.max(...Object.values(usages).map(([usage]) => usage.length));
    this.#dialogue.say(
      ...Object.values(usages).map(([usage, about]) => `  ${usage.padEnd(width)}  ${about}`),
    );
  }

  async #unknown(command: string, word: string): Promise<void> {
    const all = `Commands: ${Object.values(usages)
      .map(([usage]) => usage)
      .join(', ')}`;
    const near = didYouMean(nearestNames(word, words)).trim();
    const name = this.#dialogue.interactive ? await this.#names.nameFor(command) : undefined;
    const looksLikeFile = this.#dialogue.interactive && near === '' && /\.[a-z]\w*$/i.test(command);
    const hint = name !== undefined || looksLikeFile ? getByName(name ?? command) : near;
    this.#dialogue.fail(`Unknown command "${command}". ${hint === '' ? all : `${hint} ${all}`}`);
  }
}

/** A line without the blanks around it; at a terminal by the command's own name where it is another word. */
function commandOf(line: string, interactive: boolean): string {
  const command = line.trim();
  return interactive && Object.hasOwn(aliases, command) ? aliases[command]! : command;
}
