// `p2p get NAME…`: downloads files and folders as a guest of the cluster, several at once, with a progress bar on a
// terminal.
import type { Invocation } from '../command-line/parse.ts';
import { downloadFailureText, otherContentText, silenceText } from '../output/failure-text.ts';
import { exitCodes } from '../output/exit-codes.ts';
import type { Io } from '../output/io.ts';
import { warningText } from '../lines/warning-text.ts';
import { listedNames } from '../members/near-names.ts';
import type { NodeDownload } from '../node/get-into-folder.ts';
import type { OfferedContent } from '../search/offered-contents.ts';
import { grownText, notVerified } from '../lines/doubts.ts';
import { isFolderName } from '../lines/folder-text.ts';
import { receivedText } from '../lines/received-text.ts';
import { NodeError } from '../node/node-error.ts';
import { canRedraw, OutputLine } from '../output/live-line.ts';
import { waitForMembers } from '../members/wait-for-members.ts';
import { askForContent } from '../delivery/choose-content.ts';
import { contentLines, takenText } from '../lines/content-lines.ts';
import { canGoOn } from '../delivery/deliver.ts';
import { fetchFolder, reportFolder, type FetchedFolder } from '../delivery/fetch-folder.ts';
import { fetchOne, MissingError, type FetchContext } from '../delivery/fetch-one.ts';
import { getOptionsOf, type GetOptions } from '../delivery/get-options.ts';
import { Places } from '../delivery/places.ts';
import { asGuest, firstAnswerTimeoutOf, type Guest } from '../members/guest.ts';
import { Report } from '../output/report.ts';

/** At most this many names are searched for at once. */
const maxSearches = 512;

/** At most this many downloads run at once: with 16 or 32 small files are no faster, and large ones need memory. */
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

/** Downloads files and folders, and reports them in the order of their names. */
class GetJob {
  readonly #guest: Guest;
  readonly #options: GetOptions;
  readonly #report: Report;
  readonly #io: Io;
  readonly #line: OutputLine | undefined;
  #hasReceived = false;
  /** What was said of members that do not answer: once for all files. */
  readonly #silences = new Set<string>();
  /** The last question to the person. */
  #asking: Promise<unknown> = Promise.resolve();

  constructor(guest: Guest, options: GetOptions, report: Report, io: Io) {
    [this.#guest, this.#options, this.#report, this.#io] = [guest, options, report, io];
    // A bar would mix with a file that is written to the same terminal.
    const isFree = options.target.kind !== 'stdout' || !io.stdout.isTTY;
    const canDraw = canRedraw(io.stderr, io.env);
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
    const over = new AbortController();
    const context = this.#contextUntil(AbortSignal.any([this.#io.signal, over.signal]));
    const left = names.entries();
    let reported: Promise<number> = Promise.resolve(exitCodes.done);
    const lane = async (): Promise<void> => {
      for (const [index, name] of left) {
        const label = names.length > 1 ? `${index + 1}/${names.length} ${name}` : name;
        const fetch: typeof fetchOne | typeof fetchFolder = isFolderName(name)
          ? fetchFolder
          : fetchOne;
        const received = fetch(name, label, context);
        reported = this.#reportAfter(reported, name, received);
        await received.catch(() => undefined);
        if (this.#io.signal.aborted) break;
      }
    };
    const width = Math.min(names.length, maxSearches);
    await Promise.all(Array.from({ length: width }, lane));
    over.abort();
    return await reported;
  }

  #contextUntil(signal: AbortSignal): FetchContext {
    const guest = this.#guest;
    const { node, hasAnswer, areUnknown } = guest;
    const isClear = (): boolean => hasAnswer() || areUnknown();
    const heard = waitForMembers(node, isClear, firstAnswerTimeoutOf(guest), signal);
    let listed: Promise<string[]> | undefined;
    return {
      ...{ guest, options: this.#options, report: this.#report, io: this.#io, line: this.#line },
      shown: { progress: undefined },
      heard: heard.then(() => hasAnswer()),
      listed: () => (listed ??= listedNames(node, signal)),
      places: new Places(maxRunning),
      note: (line) => {
        this.#note(line);
      },
      onSilent: (silence) => {
        const text = silenceText(silence);
        if (silence.ended || this.#silences.has(text)) return;
        this.#silences.add(text);
        this.#note(text);
      },
      choose: (name, contents) => this.#choose(name, contents),
      onReceived: () => {
        this.#hasReceived = true;
      },
    };
  }

  async #reportAfter(
    earlier: Promise<number>,
    name: string,
    download: Promise<NodeDownload | FetchedFolder>,
  ): Promise<number> {
    const [failure, result] = await Promise.all([
      earlier,
      download.catch((error: unknown) => error as Error),
    ]);
    const code = await this.#reportOn(name, result);
    return failure === exitCodes.done ? code : failure;
  }

  async #reportOn(name: string, result: NodeDownload | FetchedFolder | Error): Promise<number> {
    if (result instanceof Error) return this.#fail(result, name);
    if ('folder' in result) {
      let code: number = exitCodes.done;
      this.#print(() => {
        code = reportFolder(result, name, this.#report);
      });
      return code;
    }
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
  #doubtsOf({ root, leftAlone, grown }: NodeDownload): string[] {
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

  /** Whether the same command goes on with what is there. */
  async #canGoOn(name: string): Promise<boolean> {
    return isFolderName(name) || (await canGoOn(this.#options.target));
  }

  async #fail(error: Error, name: string): Promise<number> {
    if (this.#io.signal.aborted && this.#hasReceived && (await this.#canGoOn(name))) {
      this.#note('Interrupted. Run the same command again to resume.');
      // Once is enough.
      this.#hasReceived = false;
    }
    const near = error instanceof MissingError ? error.near : [];
    const shown =
      error instanceof MissingError
        ? new NodeError('not-found', error.message)
        : new Error(downloadFailureText(error, name), { cause: error });
    let code: number = exitCodes.failed;
    this.#print(() => {
      code = this.#report.fail(shown, { filename: name, ...(near.length > 0 && { near }) });
    });
    return code;
  }
}
