// Says what became of the download of a folder, and of the entries that could not be had.
import { basename } from 'node:path';
import { shortText } from '@peerlane/protocol';
import type { Existing, TreeDownload, TreeProblem, TreeProgress } from '@peerlane/tcp-transfer';
import type { AnyFolderEvent } from '../events/folder-events.ts';
import { counted, filesText, numberText, sizeText, timeText } from '../text/figures.ts';
import { isOmittedLink } from '../text/omitted-link.ts';

/** The most problems that are listed one by one. */
const maxListed = 100;

/** The name of a folder, as it is typed: with one slash at its end. */
export function typedFolder(name: string): string {
  return `${name.replace(/\/+$/, '')}/`;
}

/** Whether a typed name asks for a folder. */
export function isFolderName(name: string): boolean {
  return name.endsWith('/');
}

/** One line for a folder that was downloaded: what is there, how much of it was fetched, and how long it took. */
export function receivedFolderText(
  {
    path,
    files,
    size,
    fetchedFiles,
    fetchedBytes,
  }: Pick<TreeDownload, 'path' | 'files' | 'size' | 'fetchedFiles' | 'fetchedBytes'>,
  name: string,
  seconds: number,
): string {
  const typed = typedFolder(name);
  const shown = `${basename(path)}/`;
  const lastPart = typedFolder(typed.slice(0, -1).split('/').at(-1)!);
  const what = `"${typed}"${shown === lastPart ? '' : ` as "${shown}"`}`;
  const whole = filesText(files, size);
  if (fetchedFiles === 0 && files > 0) return `You already have ${what}: ${whole}.`;
  const took = seconds < 1 ? '' : ` in ${timeText(seconds)}`;
  if (fetchedFiles === files) return `Received ${what}: ${whole}${took}.`;
  const fetched = `${counted(fetchedFiles, 'file')} (${sizeText(fetchedBytes)}) fetched${took}`;
  return `Received ${what}: ${whole}, ${fetched}; the rest was there.`;
}

/** Says what became of files of other content that had names of the folder; `undefined` if there was none. */
export function otherFilesText(
  { otherFiles }: Pick<TreeDownload, 'otherFiles'>,
  existing: Existing | 'skip' = 'rename',
): string | undefined {
  if (otherFiles === 0) return undefined;
  const [verb, them, has] =
    otherFiles === 1 ? ['was', 'it', 'the download has'] : ['were', 'them', 'the downloads have'];
  const files = `${counted(otherFiles, 'file')} of other content ${verb}`;
  if (existing === 'replace') return `${files} replaced.`;
  if (existing === 'skip') return `${files} kept: --force replaces ${them}.`;
  return `${files} kept: ${has} a name with a number.`;
}

/** How far the download of a folder is: `12 of 340 files, 1.2 MB of 40 MB`. */
export function folderProgressText(progress: TreeProgress): string {
  const { files, listedFiles, received, listedBytes, isListed } = progress;
  const more = isListed ? '' : ' so far';
  return `${numberText(files)} of ${counted(listedFiles, 'file')}, ${sizeText(received)} of ${sizeText(listedBytes)}${more}`;
}

/** The entries of a folder that could not be had. Symbolic links are meant to be left out, and only counted. */
export class FolderProblems {
  readonly #lines: string[] = [];
  #count = 0;
  #links = 0;

  /** Notes one. Returns whether it is a fault: not a link. */
  add(problem: TreeProblem): boolean {
    const { path, reason } = problem;
    if (isOmittedLink(problem)) {
      this.#links += 1;
      return false;
    }
    this.#count += 1;
    if (this.#lines.length < maxListed)
      this.#lines.push(`  ${shortText(path.join('/'))}: ${reason}`);
    return true;
  }

  /** The lines that tell of them. They hold text from the network: not safe to print. */
  get lines(): readonly string[] {
    const verb = this.#links === 1 ? 'was' : 'were';
    const links =
      this.#links === 0 ? [] : [`${counted(this.#links, 'symbolic link')} ${verb} left out.`];
    const more = this.#count - this.#lines.length;
    return [...links, ...this.#lines, ...(more > 0 ? [`  … and ${more} more`] : [])];
  }

  /** Says that not all of a folder could be had; `undefined` if all of it was, but for links. */
  faultOf(name: string): string | undefined {
    if (this.#count === 0) return undefined;
    const what = counted(this.#count, 'problem');
    return `Not all of "${typedFolder(name)}" could be had: ${what}`;
  }
}

/** How often the progress is told in plain lines, in milliseconds. */
const plainInterval = 10_000;

/** Tells of the progress of one folder: as events, and where there is no line that changes, in plain lines. */
export class FolderWatch {
  readonly #name: string;
  readonly #note: ((line: string) => void) | undefined;
  readonly #now: () => number;
  #toldAt: number;
  #hasStarted = false;

  /**
   * @param note prints a plain line; `undefined` if there are to be none
   * @param now the time in milliseconds
   */
  constructor(
    name: string,
    note: ((line: string) => void) | undefined,
    now: () => number = () => performance.now(),
  ) {
    this.#name = typedFolder(name);
    this.#note = note;
    this.#now = now;
    this.#toldAt = now();
  }

  /** Takes a progress. Returns the events that tell of it. */
  events(progress: TreeProgress): AnyFolderEvent[] {
    const folder = this.#name;
    const now = this.#now();
    if (this.#note && now - this.#toldAt >= plainInterval) {
      this.#toldAt = now;
      this.#note(`"${folder}": ${folderProgressText(progress)}.`);
    }
    const started: AnyFolderEvent[] = this.#hasStarted ? [] : [{ event: 'folder-started', folder }];
    this.#hasStarted = true;
    return [...started, { event: 'folder-progress', folder, ...progress }];
  }
}
