// `p2p get NAME…`: downloads files as a guest of the cluster, one after the other, with a progress bar on
// a terminal.
import { basename } from 'node:path';
import type { Invocation } from '../command-line/parse.ts';
import type { Silence } from '@peerlane/udp-node';
import { downloadFailureText, otherContentText, silenceText } from '../output/failure-text.ts';
import { exitCodes } from '../output/exit-codes.ts';
import type { Io } from '../output/io.ts';
import { nearNames } from '../members/near-names.ts';
import type { NodeGetOptions } from '../node/get-into-folder.ts';
import { NodeError } from '../node/node-error.ts';
import { sizeText } from '../text/figures.ts';
import { OutputLine } from '../output/live-line.ts';
import { Progress } from '../output/progress.ts';
import { didYouMean } from '../did-you-mean.ts';
import { waitForMembers } from '../members/wait-for-members.ts';
import { canGoOn, deliver } from './deliver.ts';
import { getOptionsOf, type GetOptions } from './get-options.ts';
import { asGuest, nobodyHeard, firstAnswerTimeoutOf, type Guest } from '../members/guest.ts';
import { Report } from '../output/report.ts';

/** Runs `p2p get`. The exit code is that of the first download that failed. */
export async function run(invocation: Invocation<'get'>, io: Io): Promise<number> {
  const report = new Report(invocation, io);
  try {
    const options = await getOptionsOf(invocation, io.cwd);
    return await asGuest(invocation, io, async (guest) => {
      const job = new GetJob(guest, options, report, io);
      let failure: number | undefined;
      for (const name of invocation.operands) {
        const code = await job.get(name);
        if (code !== exitCodes.done) failure ??= code;
        if (io.signal.aborted) break;
      }
      return failure ?? exitCodes.done;
    });
  } catch (error) {
    return report.fail(error);
  }
}

/** Downloads files one after the other. */
class GetJob {
  readonly #guest: Guest;
  readonly #options: GetOptions;
  readonly #report: Report;
  readonly #io: Io;
  readonly #line: OutputLine | undefined;
  #hasReceived = false;

  constructor(guest: Guest, options: GetOptions, report: Report, io: Io) {
    this.#guest = guest;
    this.#options = options;
    this.#report = report;
    this.#io = io;
    // A bar would mix with a file that is written to the same terminal.
    const isFree = options.target.kind !== 'stdout' || !io.stdout.isTTY;
    const canDraw = io.stderr.isTTY === true && io.env.TERM !== 'dumb';
    this.#line = canDraw && isFree && !report.json ? new OutputLine(io.stderr) : undefined;
    guest.node.on('warning', (message) => {
      report.event({ event: 'warning', message });
      this.#note(`Warning: ${message}`);
    });
    guest.node.on('otherContent', (other) => {
      report.event({ event: 'other', ...other });
      this.#note(otherContentText(other));
    });
  }

  async get(name: string): Promise<number> {
    const progress = this.#line && new Progress(this.#line, name);
    try {
      const received = await this.#find(name, progress).finally(() => progress?.stop());
      const { path, size, created, root, leftAlone } = received;
      this.#report.event({
        event: 'received',
        filename: name,
        path,
        size,
        created,
        ...(root !== undefined && { root }),
        ...(leftAlone && { leftAlone }),
      });
      // If the file goes to standard output, nothing else does.
      if (this.#options.target.kind !== 'stdout') this.#report.say(sentenceFor(received, name));
      return exitCodes.done;
    } catch (error) {
      return await this.#fail(error as Error, name);
    }
  }

  #note(line: string): void {
    const print = (): void => {
      this.#report.note(line);
    };
    if (this.#line) this.#line.above(print);
    else print();
  }

  async #find(name: string, progress: Progress | undefined): ReturnType<typeof deliver> {
    const { node, hasAnswer } = this.#guest;
    const alone = new AbortController();
    const signal = AbortSignal.any([this.#io.signal, alone.signal]);
    const limit = firstAnswerTimeoutOf(this.#guest);
    void waitForMembers(node, hasAnswer, limit, signal).then((answered) => {
      if (!answered) alone.abort(nobodyHeard(this.#guest));
    });
    const onProgress: NonNullable<NodeGetOptions['onProgress']> = (state) => {
      const { received, size, sources } = state;
      this.#hasReceived = received > 0;
      progress?.update(received, size, sources);
      this.#report.event({ event: 'progress', filename: name, received, size, sources });
    };
    try {
      const onSilent = (silence: Silence): void => {
        if (!silence.ended) this.#note(silenceText(silence));
      };
      const told = { signal, onProgress, onSilent, io: this.#io };
      return await deliver(node, name, this.#options, told);
    } finally {
      alone.abort();
    }
  }

  async #fail(error: Error, name: string): Promise<number> {
    if (this.#io.signal.aborted && this.#hasReceived && (await canGoOn(this.#options.target)))
      this.#note('Interrupted. Run the same command again to go on where it stopped.');
    const { node } = this.#guest;
    const isMissing = NodeError.is(error) && error.code === 'not-found';
    const near = isMissing ? await nearNames(node, name, this.#io.signal) : [];
    const message = isMissing ? error.message + didYouMean(near) : downloadFailureText(error, name);
    const shown = isMissing
      ? new NodeError('not-found', message)
      : new Error(message, { cause: error });
    return this.#report.fail(shown, { filename: name, ...(near.length > 0 && { near }) });
  }
}

function sentenceFor(
  { path, size, created, leftAlone }: Awaited<ReturnType<typeof deliver>>,
  name: string,
): string {
  const shown = basename(path);
  if (leftAlone) return `Left "${shown}" alone: a file of that name is there already.`;
  if (!created) return `You already have "${shown}".`;
  const renamed = shown === name ? '' : `, as "${shown}"`;
  return `Received "${name}" (${sizeText(size)})${renamed}.`;
}
