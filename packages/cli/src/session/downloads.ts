// The downloads that the commands of a session start.
import { basename } from 'node:path';
import { debuglog } from 'node:util';
import {
  FolderProblems,
  FolderWatch,
  isFolderName,
  otherFilesText,
  receivedFolderText,
} from '../lines/folder-text.ts';
import { getByName } from '../text/typed-name.ts';
import { grownText, notVerified } from '../lines/doubts.ts';
import { contentLines, takenText } from '../lines/content-lines.ts';
import type { OfferedContent } from '../search/offered-contents.ts';
import { ContentQuestions } from './content-questions.ts';
import type { Dialogue } from './dialogue.ts';
import { downloadFailureText, silenceText } from '../output/failure-text.ts';
import { Absentees } from '../members/absentees.ts';
import { NearNames } from '../members/near-names.ts';
import { didYouMean } from '../did-you-mean.ts';
import { otherKind } from '../members/search-members.ts';
import type { NodeGetOptions } from '../node/get-into-folder.ts';
import { NodeError } from '../node/node-error.ts';
import type { PeerlaneNode } from '../node/node.ts';
import { StallNote } from '../lines/stall-note.ts';
import { Progress } from '../output/progress.ts';
import type { SessionOptions } from './session-options.ts';

const debug = debuglog('p2p');

interface RunningDownload {
  readonly filename: string;
  readonly controller: AbortController;
}

/** What a download of a session is told, whatever it downloads. */
type Listeners = Required<Pick<NodeGetOptions, 'signal' | 'choose' | 'onSilent'>> & {
  readonly onReceived: (received: number) => void;
};

/** The downloads of a session. */
export class Downloads {
  readonly #node: PeerlaneNode;
  readonly #dialogue: Dialogue;
  readonly #options: SessionOptions;
  readonly #absentees: Absentees;
  readonly #running = new Map<Promise<void>, RunningDownload>();
  readonly #questions = new ContentQuestions();
  #left = false;

  constructor(node: PeerlaneNode, dialogue: Dialogue, options: SessionOptions) {
    this.#node = node;
    this.#dialogue = dialogue;
    this.#options = options;
    this.#absentees = new Absentees(node);
  }

  /** Downloads a file, or a folder if the name ends in a slash, and prints the result. */
  get(filename: string): Promise<void> {
    const controller = new AbortController();
    const download = this.#get(filename, controller.signal).finally(() =>
      this.#running.delete(download),
    );
    this.#running.set(download, { filename, controller });
    return download;
  }

  /** The names of the files that are being downloaded, each once. */
  get names(): string[] {
    return [...new Set(this.#active().map(({ filename }) => filename))];
  }

  /** Cancels the downloads of a file, or all of them. Returns whether there was any. */
  cancel(filename?: string): boolean {
    const running = this.#active().filter(
      (download) => filename === undefined || download.filename === filename,
    );
    for (const { controller } of running) controller.abort();
    return running.length > 0;
  }

  /** Takes a line as the answer to a question of a download. Returns false if it is none. */
  answer(line: string): boolean {
    return this.#questions.answer(line);
  }

  /** Cancels all downloads without a message. */
  leave(): void {
    this.#left = true;
    this.cancel();
  }

  /** Resolves when no download is running. */
  async idle(): Promise<void> {
    await Promise.all(this.#running.keys());
  }

  /** The downloads that run. One that was cancelled may still be ending. */
  #active(): RunningDownload[] {
    return [...this.#running.values()].filter(({ controller }) => !controller.signal.aborted);
  }

  async #get(filename: string, cancelled: AbortSignal): Promise<void> {
    const { signal: stop, timeout } = this.#options;
    const signal = AbortSignal.any([cancelled, stop]);
    // A name that cannot be asked for is refused before this runs.
    const notice = setImmediate(() => {
      if (this.#node.members().length > 0) return;
      const gone = this.#absentees.shown;
      this.#dialogue.note(
        gone === undefined
          ? `No members yet: waiting up to ${timeout / 1000} s for one.`
          : `Nobody is there now. Left or fallen silent: ${gone}.`,
      );
    });
    const line = this.#dialogue.live();
    const progress = line && new Progress(line, filename);
    const { protocol } = this.#options;
    using stall = new StallNote(filename, timeout, (text) => {
      if (protocol === 2) this.#dialogue.note(text);
    });
    using near = new NearNames(this.#node, filename, { waiting: timeout, protocol, signal });
    const listeners: Listeners = {
      signal,
      choose: (contents) => this.#choose(filename, contents, signal),
      onSilent: (silence) => {
        if (!silence.ended) this.#dialogue.note(silenceText(silence));
      },
      onReceived: (received) => {
        near.comes();
        stall.progress(received);
      },
    };
    try {
      if (isFolderName(filename)) await this.#getFolder(filename, listeners, progress);
      else await this.#getFile(filename, listeners, progress);
    } catch (error) {
      stall.pause();
      if (this.#left || stop.aborted) return;
      if (cancelled.aborted) {
        this.#dialogue.note(`Cancelled: "${filename}". Get it again to resume.`);
        return;
      }
      debug('get: %O', error);
      this.#dialogue.fail(await this.#reasonFor(error as Error, filename, near));
    } finally {
      clearImmediate(notice);
    }
  }

  async #getFile(
    filename: string,
    { onReceived, ...listeners }: Listeners,
    progress: Progress | undefined,
  ): Promise<void> {
    const { protocol } = this.#options;
    const { path, created, root, grown } = await this.#node
      .get(filename, {
        ...listeners,
        onProgress: ({ received, size, sources }) => {
          onReceived(received);
          progress?.update(received, size, sources);
        },
      })
      .finally(() => progress?.stop());
    const name = basename(path);
    this.#dialogue.say('Received file completely!');
    if (root === undefined && protocol === 2) this.#dialogue.note(notVerified);
    if (grown) this.#dialogue.note(grownText);
    if (!created) this.#dialogue.note(`You already had this file: "${name}".`);
    else if (name !== filename || this.#running.size > 1) {
      this.#dialogue.note(`Saved as "${name}".`);
    }
  }

  async #getFolder(
    name: string,
    { onReceived, ...listeners }: Listeners,
    progress: Progress | undefined,
  ): Promise<void> {
    const problems = new FolderProblems();
    const note = this.#dialogue.note.bind(this.#dialogue);
    const watch = new FolderWatch(name, progress ? undefined : note);
    const began = performance.now();
    const folder = await this.#node
      .getFolder(name, {
        ...listeners,
        onProgress: (state) => {
          onReceived(state.received + state.listedFiles);
          watch.events(state);
          progress?.updateFolder(state);
        },
        onProblem: (problem) => {
          problems.add(problem);
        },
      })
      .finally(() => progress?.stop());
    this.#dialogue.say(receivedFolderText(folder, name, (performance.now() - began) / 1000));
    const others = otherFilesText(folder);
    if (others !== undefined) note(others);
    for (const line of problems.lines) note(line);
    const fault = problems.faultOf(name);
    if (fault !== undefined) this.#dialogue.fail(fault);
  }

  /** Which of several contents is wanted: a person is asked, a script gets that of the most machines. */
  async #choose(
    filename: string,
    contents: readonly OfferedContent[],
    signal: AbortSignal,
  ): Promise<OfferedContent | undefined> {
    for (const each of contentLines(filename, contents)) this.#dialogue.note(each);
    if (!this.#dialogue.interactive) {
      this.#dialogue.note(takenText(filename, contents));
      return undefined;
    }
    this.#dialogue.note(`Which one? Type its number, from 1 to ${contents.length}.`);
    return await this.#questions.ask(contents, signal);
  }

  async #reasonFor(error: Error, filename: string, names: NearNames): Promise<string> {
    if (!NodeError.is(error) || error.code !== 'not-found')
      return downloadFailureText(error, filename);
    const other = await otherKind(this.#node, filename, this.#options.signal);
    if (other !== undefined) return `${error.message} ${getByName(other)}`;
    const near = didYouMean(await names.found());
    return `${error.message}${near || " Check the spelling; 'list' shows who is in the cluster."}`;
  }
}
