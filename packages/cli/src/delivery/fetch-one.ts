// One of the files of `p2p get`: looked for at once, and downloaded when it is its turn.
import type { Silence } from '@peerlane/udp-node';
import { didYouMean } from '../did-you-mean.ts';
import type { Io } from '../output/io.ts';
import type { LiveLine } from '../output/live-line.ts';
import { Progress } from '../output/progress.ts';
import type { Report } from '../output/report.ts';
import { isFolderName } from '../lines/folder-text.ts';
import { StallNote } from '../lines/stall-note.ts';
import { nobodyHeard, type Guest } from '../members/guest.ts';
import { NearNames } from '../members/near-names.ts';
import { otherKind } from '../members/search-members.ts';
import type { NodeDownload, NodeGetOptions } from '../node/get-into-folder.ts';
import { NodeError } from '../node/node-error.ts';
import { getCommand } from '../text/get-command.ts';
import { deliver } from './deliver.ts';
import type { GetOptions } from './get-options.ts';
import type { Places } from './places.ts';

/** What the downloads of one command share. */
export interface FetchContext {
  readonly guest: Guest;
  readonly options: GetOptions;
  readonly report: Report;
  readonly io: Io;
  /** Where the progress of one of them at a time is drawn. */
  readonly line: LiveLine | undefined;
  /** Whose progress that is: of the first one that has any. */
  readonly shown: { progress: Progress | undefined };
  readonly note: (line: string) => void;
  /** Some members do not answer. */
  readonly onSilent: (silence: Silence) => void;
  readonly choose: (
    name: string,
    ...contents: Parameters<NonNullable<NodeGetOptions['choose']>>
  ) => ReturnType<NonNullable<NodeGetOptions['choose']>>;
  /** Resolves when a member was heard, or none was in time. */
  readonly heard: Promise<boolean>;
  /** The names of the files in the cluster, asked for once. */
  readonly listed: () => Promise<string[]>;
  readonly places: Places;
  /** Called when some of a file is there. */
  readonly onReceived: () => void;
}

/** Nobody has the file or folder, but perhaps others with near names. */
export class MissingError extends Error {
  readonly near: readonly string[];

  constructor(message: string, near: readonly string[]) {
    super(message);
    this.near = near;
  }
}

/**
 * The error of a download: where nobody has what was asked for, one with near names, or with the command that
 * gets what has the same name.
 */
export async function missing(
  error: unknown,
  name: string,
  near: NearNames,
  { guest, io }: Pick<FetchContext, 'guest' | 'io'>,
): Promise<unknown> {
  if (!NodeError.is(error) || error.code !== 'not-found') return error;
  const other = await otherKind(guest.node, name, io.signal);
  if (other === undefined) {
    const names = await near.found();
    return new MissingError(error.message + didYouMean(names), names);
  }
  const what = isFolderName(other) ? 'a folder' : 'a file';
  const command = getCommand([], [other]);
  return new MissingError(`${error.message} There is ${what} of that name: ${command}`, [other]);
}

/**
 * Downloads a file to its target.
 *
 * @param label the name that its progress is shown with
 * @throws MissingError; the errors of `deliver`
 */
export async function fetchOne(
  name: string,
  label: string,
  context: FetchContext,
): Promise<NodeDownload> {
  const { guest, io, line, shown, listed } = context;
  const { waiting, protocol } = guest.config;
  using near = new NearNames(guest.node, name, {
    ...{ waiting: waiting * 1000, protocol, signal: io.signal, listed },
  });
  using stall = new StallNote(name, waiting * 1000, context.note);
  let progress: Progress | undefined;
  const show = (received: number, size: number, sources: number): void => {
    if (!line) return;
    progress ??= new Progress(line, label);
    shown.progress ??= progress;
    if (shown.progress === progress) progress.update(received, size, sources);
  };
  const turn = async (signal: AbortSignal = io.signal): Promise<() => void> => {
    near.comes();
    stall.pause();
    const end = await context.places.acquire(signal);
    stall.resume();
    return end;
  };
  const onProgress: NonNullable<NodeGetOptions['onProgress']> = ({ received, size, sources }) => {
    near.comes();
    stall.progress(received);
    if (received > 0) context.onReceived();
    show(received, size, sources);
    context.report.event({ event: 'progress', filename: name, received, size, sources });
  };
  try {
    return await unlessAlone(name, context, (signal) =>
      deliver(guest.node, name, context.options, {
        ...{ io, signal, onProgress, turn, onSilent: context.onSilent },
        choose: (...contents) => context.choose(name, ...contents),
      }),
    );
  } catch (error) {
    stall.pause();
    throw await missing(error, name, near, context);
  } finally {
    progress?.stop();
    if (shown.progress === progress) shown.progress = undefined;
  }
}

/** Runs work that is aborted if no member is heard in time. */
export async function unlessAlone<T>(
  name: string,
  { guest, io, heard }: FetchContext,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const alone = new AbortController();
  void heard.then((isHeard) => {
    if (!isHeard) alone.abort(nobodyHeard(guest, name));
  });
  return work(AbortSignal.any([io.signal, alone.signal]));
}
