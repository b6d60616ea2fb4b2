// One of the folders of `p2p get`: downloaded as a whole, and reported with what could not be had of it.
import { basename, dirname } from 'node:path';
import type { Existing } from '@peerlane/tcp-transfer';
import { exitCodes } from '../output/exit-codes.ts';
import { Progress } from '../output/progress.ts';
import type { Report } from '../output/report.ts';
import {
  FolderProblems,
  FolderWatch,
  otherFilesText,
  receivedFolderText,
} from '../lines/folder-text.ts';
import { StallNote } from '../lines/stall-note.ts';
import { NearNames } from '../members/near-names.ts';
import type { NodeFolderDownload } from '../node/get-folder.ts';
import { missing, unlessAlone, type FetchContext } from './fetch-one.ts';
import type { Target } from './get-options.ts';

/** A folder that was downloaded, and what could not be had of it. */
export interface FetchedFolder {
  readonly folder: NodeFolderDownload;
  readonly problems: FolderProblems;
  /** What was done with files of other content. */
  readonly existing: Existing | 'skip' | undefined;
  /** How long that took. */
  readonly seconds: number;
}

/**
 * Downloads a folder to its target.
 *
 * @param name with a slash at its end
 * @param label the name that its progress is shown with
 * @throws MissingError; the errors of `node.getFolder`
 */
export async function fetchFolder(
  name: string,
  label: string,
  context: FetchContext,
): Promise<FetchedFolder> {
  const { guest, io, line, shown, listed, report, note } = context;
  const { waiting, protocol } = guest.config;
  const { target, ...content } = context.options;
  const end = await context.places.acquire(io.signal);
  using near = new NearNames(guest.node, name, {
    ...{ waiting: waiting * 1000, protocol, signal: io.signal, listed },
  });
  using stall = new StallNote(name, waiting * 1000, note);
  const watch = new FolderWatch(name, line || report.json ? undefined : note);
  const problems = new FolderProblems();
  const began = performance.now();
  let progress: Progress | undefined;
  try {
    const folder = await unlessAlone(name, context, (signal) =>
      guest.node.getFolder(name, {
        ...{ ...content, ...placeOf(target), signal, onSilent: context.onSilent },
        choose: (...contents) => context.choose(name, ...contents),
        onProgress: (state) => {
          near.comes();
          stall.progress(state.received + state.listedFiles);
          if (state.received > 0) context.onReceived();
          for (const event of watch.events(state)) report.event(event);
          if (!line) return;
          progress ??= new Progress(line, label);
          shown.progress ??= progress;
          if (shown.progress === progress) progress.updateFolder(state);
        },
        onProblem: (problem) => {
          report.event({ event: 'folder-problem', folder: name, ...problem });
          problems.add(problem);
        },
      }),
    );
    return {
      folder,
      problems,
      existing: content.existing,
      seconds: (performance.now() - began) / 1000,
    };
  } catch (error) {
    stall.pause();
    throw await missing(error, name, near, context);
  } finally {
    end();
    progress?.stop();
    if (shown.progress === progress) shown.progress = undefined;
  }
}

/** Says what is there, and what could not be had. Returns the exit code. */
export function reportFolder(
  { folder, problems, existing, seconds }: FetchedFolder,
  name: string,
  report: Report,
): number {
  report.event({ event: 'folder-received', folder: name, ...folder });
  report.say(receivedFolderText(folder, name, seconds));
  const others = otherFilesText(folder, existing);
  if (others !== undefined) report.note(others);
  for (const line of problems.lines) report.note(line);
  const fault = problems.faultOf(name);
  return fault === undefined ? exitCodes.done : report.fail(new Error(fault), { filename: name });
}

function placeOf(target: Target): { readonly into: string; readonly saveAs?: string } {
  if (target.kind === 'file') return { into: dirname(target.path), saveAs: basename(target.path) };
  if (target.kind === 'folder') return { into: target.folder };
  throw new TypeError('a folder has no place on the standard output');
}
