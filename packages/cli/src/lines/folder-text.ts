// Says what became of the download of a folder, and of the entries that could not be had.
import { basename } from 'node:path';
import { shortText } from '@peerlane/protocol';
import type { TreeDownload, TreeProblem, TreeProgress } from '@peerlane/tcp-transfer';
import type { AnyFolderEvent } from '../events/folder-events.ts';
import { counted, filesText, sizeText, timeText } from '../text/figures.ts';

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
  { path, files, size, fetchedFiles, fetchedBytes }: TreeDownload,
  name: string,
  seconds: number,
): string {
  const typed = typedFolder(name);
  const shown = `${basename(path)}/`;
  const lastPart = typedFolder(typed.slice(0, -1).split('/').at(-1)!);
  const renamed = shown === lastPart ? '' : `, as "${shown}"`;
  const whole = filesText(files, size);
  if (fetchedFiles === 0) return `You already have "${typed}": ${whole}${renamed}.`;
  const took = seconds < 1 ? '' : ` in ${timeText(seconds)}`;
  if (fetchedFiles === files) return `Received "${typed}": ${whole}${took}${renamed}.`;
  const fetched = `${counted(fetchedFiles, 'file')} (${sizeText(fetchedBytes)}) fetched${took}`;
  return `Received "${typed}": ${whole}, ${fetched}; the rest was there${renamed}.`;
}

/** How far the download of a folder is: `12 of 340 files, 1.2 MB of 40 MB`. */
export function folderProgressText(progress: TreeProgress): string {
  const { files, listedFiles, received, listedBytes, isListed } = progress;
  const more = isListed ? '' : ' so far';
  return `${files} of ${counted(listedFiles, 'file')}, ${sizeText(received)} of ${sizeText(listedBytes)}${more}`;
}

/** The entries of a folder that could not be had. Symbolic links are meant to be left out, and only counted. */
export class FolderProblems {
  readonly #lines: string[] = [];
  #count = 0;
  #links = 0;

  /** Notes one. Returns whether it is a fault: not a link. */
  add({ path, kind, reason }: TreeProblem): boolean {
    if (kind === 'omitted' && /\bsymbolic link\b/.test(reason)) {
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
  #toldAt = performance.now();
  #hasStarted = false;

  /** @param note prints a plain line; `undefined` if there are to be none */
  constructor(name: string, note: ((line: string) => void) | undefined) {
    this.#name = typedFolder(name);
    this.#note = note;
  }

  /** Takes a progress. Returns the events that tell of it. */
  events(progress: TreeProgress): AnyFolderEvent[] {
    const folder = this.#name;
    const now = performance.now();
    if (this.#note && now - this.#toldAt >= plainInterval) {
      this.#toldAt = now;
      this.#note(`"${folder}": ${folderProgressText(progress)}.`);
    }
    const started: AnyFolderEvent[] = this.#hasStarted ? [] : [{ event: 'folder-started', folder }];
    this.#hasStarted = true;
    return [...started, { event: 'folder-progress', folder, ...progress }];
  }
}
