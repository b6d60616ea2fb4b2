// Says what is not sent of the folders of a send.
import { visibleText } from '@peerlane/protocol';
import { FolderProblems, typedFolder } from '../lines/folder-text.ts';
import type { LeftOut } from '../sends/outgoing.ts';

const reasons: Readonly<Record<string, string>> = {
  link: 'a symbolic link',
  special: 'neither a file nor a folder',
  unreadable: 'you may not read it',
  unnamable: 'its name is not text',
  changing: 'it is being written to',
};

/** Why an entry is not sent, for a person. */
export function leftOutReason(reason: string): string {
  return reasons[reason] ?? reason;
}

/** The entries that are not sent, by folder. */
export class LeftOutEntries {
  readonly #folders = new Map<string, FolderProblems>();

  add({ folder, path, reason }: LeftOut): void {
    const problems = this.#folders.get(folder) ?? new FolderProblems();
    this.#folders.set(folder, problems);
    problems.add({ path, kind: 'omitted', reason: leftOutReason(reason) });
  }

  /** The lines that tell of them. */
  get lines(): readonly string[] {
    return [...this.#folders].flatMap(([folder, { lines }]) => [
      visibleText(`Not sent of "${typedFolder(folder)}":`),
      ...lines.map((line) => visibleText(line.startsWith(' ') ? line : `  ${leftOut(line)}`)),
    ]);
  }
}

/** `2 symbolic links were left out.` as an entry of a list. */
function leftOut(line: string): string {
  return line.replace(/ (?:was|were) left out\.$/, '');
}
