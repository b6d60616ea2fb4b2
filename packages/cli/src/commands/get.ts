// `p2p get NAME…`: downloads files as a guest of the cluster, several at once, with a progress bar on a
// terminal.
import type { Invocation } from '../command-line/parse.ts';
import type { Silence } from '@peerlane/udp-node';
import { downloadFailureText, otherContentText, silenceText } from '../output/failure-text.ts';
import { exitCodes } from '../output/exit-codes.ts';
import type { Io } from '../output/io.ts';
import { warningText } from '../lines/warning-text.ts';
import { NearNames } from '../members/near-names.ts';
import type { NodeGetOptions } from '../node/get-into-folder.ts';
import type { OfferedContent } from '../search/offered-contents.ts';
import { grownText, notVerified } from '../lines/doubts.ts';
import { receivedText } from '../lines/received-text.ts';
import { NodeError } from '../node/node-error.ts';
import { StallNote } from '../lines/stall-note.ts';
import { OutputLine } from '../output/live-line.ts';
import { Progress } from '../output/progress.ts';
import { didYouMean } from '../did-you-mean.ts';
import { waitForMembers } from '../members/wait-for-members.ts';
import { askForContent } from '../delivery/choose-content.ts';
import { contentLines, takenText } from '../lines/content-lines.ts';
import { canGoOn, deliver } from '../delivery/deliver.ts';
import { getOptionsOf, type GetOptions } from '../delivery/get-options.ts';
import { asGuest, nobodyHeard, firstAnswerTimeoutOf, type Guest } from '../members/guest.ts';
import { Report } from '../output/report.ts';

/** At most this many downloads run at once. A small file mostly waits for answers and for the disk. */
const maxRunning = 8;

/** Runs `p2p get`. The exit code is that of the first download that failed. */
export async function run(invocation: Invocation<'get'>, io: Io): Promise<number> {
  const report = new Report(invocation, io);
  try {
    const options = await getOptionsOf(invocation, io.cwd);
    return await asGuest(invocation, io, async (guest) => {
      return await new GetJob(guest, options, report, io).getAll(invocation.operands);
    });
  } catch (error) {
    return report.fail(error);
  }
}

type Received = Awaited<ReturnType<typeof deliver>>;

/** Downloads files, and reports them in the order of their names. */
class GetJob {
  readonly #guest: Guest;
  readonly #options: GetOptions;
  readonly #report: Report;
  readonly #io: Io;
  readonly #line: OutputLine | undefined;
  #hasReceived = false;
  /** The last question to the person. */
  #asking: Promise<unknown> = Promise.resolve();
  /** The download whose progress the line shows: the first one that has any. */
  #shown: Progress | undefined;

  constructor(guest: Guest, options: GetOptions, report: Report, io: Io) {
    [this.#guest, this.#options, this.#report, this.#io] = [guest, options, report, io];
    // A bar would mix with a file that is written to the same terminal.
    const isFree = options.target.kind !== 'stdout' || !io.stdout.isTTY;
    const canDraw = io.stderr.isTTY === true && io.env.TERM !== 'dumb';
    this.#line = canDraw && isFree && !report.json ? new OutputLine(io.stderr) : undefined;
    guest.node.on('warning', (message, about) => {
      report.event({ event: 'warning', message });
      this.#note(`Warning: ${warningText(message, about)}`);
    });
    guest.node.on('otherContent', (other) => {
      report.event({ event: 'other', ...other });
      this.#note(otherContentText(other));
    });
  }

  /** Downloads files. Returns the exit code of the first name that failed. */
  async getAll(names: readonly string[]): Promise<number> {
    const left = names.values();
    let reported: Promise<number> = Promise.resolve(exitCodes.done);
    const lane = async (): Promise<void> => {
      for (const name of left) {
        const received = this.#get(name);
        reported = this.#reportAfter(reported, name, received);
        await received.catch(() => undefined);
        if (this.#io.signal.aborted) break;
      }
    };
    // The limit is that of one download.
    const width = this.#options.limitRate === undefined ? maxRunning : 1;
    await Promise.all(Array.from({ length: width }, lane));
    return await reported;
  }

  async #reportAfter(
    earlier: Promise<number>,
    name: string,
    download: Promise<Received>,
  ): Promise<number> {
    const [failure, result] = await Promise.all([
      earlier,
      download.catch((error: unknown) => error as Error),
    ]);
    const code = await this.#reportOn(name, result);
    return failure === exitCodes.done ? code : failure;
  }

  async #reportOn(name: string, result: Received | Error): Promise<number> {
    if (result instanceof Error) return this.#fail(result, name);
    const { path, size, created, root, leftAlone, grown } = result;
    this.#report.event({
      event: 'received',
      filename: name,
      path,
      size,
      created,
      ...(root !== undefined && { root }),
      ...(leftAlone ? { leftAlone } : { verified: root !== undefined }),
      ...(grown && { grown }),
    });
    // If the file goes to standard output, nothing else does.
    if (this.#options.target.kind !== 'stdout')
      this.#print(() => {
        this.#report.say(receivedText(result, name), ...this.#doubtsOf(result));
      });
    return exitCodes.done;
  }

  /** Says that nothing vouches for a file, in version 2, where it could be otherwise. */
  #doubtsOf({ root, leftAlone, grown }: Received): string[] {
    const isUnverified = root === undefined && !leftAlone && this.#guest.config.protocol === 2;
    return [...(isUnverified ? [notVerified] : []), ...(grown ? [grownText] : [])];
  }

  /** Different contents are offered: one question after the other. */
  #choose(name: string, contents: readonly OfferedContent[]): Promise<OfferedContent | undefined> {
    const { stdin, stderr, signal } = this.#io;
    const isAsked = stdin.isTTY === true && stderr.isTTY === true && !this.#report.json;
    const chosen = this.#asking.then(async () => {
      for (const line of contentLines(name, contents)) this.#note(line);
      if (isAsked) return askForContent(contents, this.#io, signal);
      this.#note(takenText(name, contents));
      return undefined;
    });
    this.#asking = chosen.catch(() => undefined);
    return chosen;
  }

  #note(line: string): void {
    this.#print(() => {
      this.#report.note(line);
    });
  }

  #print(print: () => void): void {
    if (this.#line) this.#line.above(print);
    else print();
  }

  #nearNames(name: string): NearNames {
    const { node, config } = this.#guest;
    const { waiting, protocol } = config;
    return new NearNames(node, name, {
      ...{ waiting: waiting * 1000, protocol, signal: this.#io.signal },
    });
  }

  #show(progress: Progress | undefined, received: number, size: number, sources: number): void {
    this.#shown ??= progress;
    if (this.#shown === progress) progress?.update(received, size, sources);
  }

  async #get(name: string): Promise<Received> {
    const progress = this.#line && new Progress(this.#line, name);
    using near = this.#nearNames(name);
    using stall = new StallNote(name, this.#guest.config.waiting * 1000, (line) => {
      this.#note(line);
    });
    try {
      return await this.#find(name, progress, near, stall);
    } catch (error) {
      if (!NodeError.is(error) || error.code !== 'not-found') throw error;
      throw new Missing(error, await near.found());
    } finally {
      progress?.stop();
      if (this.#shown === progress) this.#shown = undefined;
    }
  }

  async #find(
    name: string,
    progress: Progress | undefined,
    near: NearNames,
    stall: StallNote,
  ): Promise<Received> {
    const { node, hasAnswer, areUnknown } = this.#guest;
    const alone = new AbortController();
    const signal = AbortSignal.any([this.#io.signal, alone.signal]);
    const isClear = (): boolean => hasAnswer() || areUnknown();
    void waitForMembers(node, isClear, firstAnswerTimeoutOf(this.#guest), signal).then(() => {
      if (!hasAnswer()) alone.abort(nobodyHeard(this.#guest, name));
    });
    const onProgress: NonNullable<NodeGetOptions['onProgress']> = (state) => {
      const { received, size, sources } = state;
      near.comes();
      stall.progress(received);
      this.#hasReceived ||= received > 0;
      this.#show(progress, received, size, sources);
      this.#report.event({ event: 'progress', filename: name, received, size, sources });
    };
    try {
      const onSilent = (silence: Silence): void => {
        if (!silence.ended) this.#note(silenceText(silence));
      };
      const choose: NonNullable<NodeGetOptions['choose']> = (contents) =>
        this.#choose(name, contents);
      const told = { signal, onProgress, onSilent, choose, io: this.#io };
      return await deliver(node, name, this.#options, told);
    } finally {
      alone.abort();
    }
  }

  async #fail(error: Error, name: string): Promise<number> {
    if (this.#io.signal.aborted && this.#hasReceived && (await canGoOn(this.#options.target))) {
      this.#note('Interrupted. Run the same command again to resume.');
      // Once is enough.
      this.#hasReceived = false;
    }
    const near = error instanceof Missing ? error.near : [];
    const shown =
      error instanceof Missing
        ? new NodeError('not-found', error.message + didYouMean(near))
        : new Error(downloadFailureText(error, name), { cause: error });
    let code: number = exitCodes.failed;
    this.#print(() => {
      code = this.#report.fail(shown, { filename: name, ...(near.length > 0 && { near }) });
    });
    return code;
  }
}

/** Nobody has the file, but perhaps others with near names. */
class Missing extends Error {
  readonly near: readonly string[];

  constructor({ message }: NodeError, near: readonly string[]) {
    super(message);
    this.near = near;
  }
}
