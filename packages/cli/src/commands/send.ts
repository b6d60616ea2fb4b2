// `p2p send FILE… --to NAME`: hands files, folders and texts to other machines, as a guest that serves just that.
import type { Member } from '@peerlane/udp-node';
import type { Invocation } from '../command-line/parse.ts';
import { UsageError } from '../command-line/usage-error.ts';
import { flagOf } from '../config/settings.ts';
import { cacheFolder } from '../files/cache-folder.ts';
import { ConfigError } from '../files/config-error.ts';
import { typedFolder } from '../lines/folder-text.ts';
import { warningText } from '../lines/warning-text.ts';
import { asGuest, type Guest } from '../members/guest.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { print, type Io } from '../output/io.ts';
import { canRedraw, OutputLines } from '../output/live-line.ts';
import { Report } from '../output/report.ts';
import { receiverFault } from '../sending/match-receiver.ts';
import { addressesIn, receiversOf, receiverText } from '../sending/receivers.ts';
import { exitCodeOf, faultText, partText, sentText } from '../sending/result-text.ts';
import { LeftOutEntries, leftOutReason } from '../sending/left-out.ts';
import { sendTo, type SendResult } from '../sending/send-to.ts';
import { SendView } from '../sending/send-view.ts';
import { spool } from '../sending/spool.ts';
import { thingsOf, type Thing } from '../sending/things.ts';
import type { PreparedSend } from '../sends/outgoing.ts';

/** Runs `p2p send`. The exit code is that of the first receiver that does not have everything. */
export async function run(invocation: Invocation<'send'>, io: Io): Promise<number> {
  const report = new Report(invocation, io);
  try {
    const { options, operands } = invocation;
    const giveUpAfter = secondsOf(options['give-up-after']);
    const things = await thingsOf(invocation, io.cwd);
    const to = options.to ?? [];
    const fault = to.map(receiverFault).find((each) => each !== undefined);
    if (fault !== undefined) throw new UsageError(`--to: ${fault}`);
    const isPiped = operands.includes('-');
    if (isPiped && to.length === 0)
      throw new UsageError('What comes from standard input needs a receiver: add --to NAME');
    if (isPiped && io.stdin.isTTY === true) report.note('Type what is to be sent, then Ctrl-D.');
    await using spooled = await spool(things, io);
    return await asGuest(
      invocation,
      io,
      async (guest) => {
        const isAsked = !report.json && !isPiped;
        return new SendJob(guest, giveUpAfter, report, io).run(spooled.things, to, isAsked);
      },
      {
        peers: addressesIn(to),
        optionsFor: ({ config, origins }) => {
          if (config.protocol === 1)
            throw new ConfigError(`${origins.protocol} asks for version 1, which has no sends`);
          return {
            files: spooled.things.map(({ path }) => path),
            catalog: false,
            cacheFolder: cacheFolder({ env: io.env }),
            limitUpload: config.limitUpload,
            // A node of this machine may have the port of the configuration.
            tcpPort: origins.tcpPort === flagOf('tcpPort') ? config.tcpPort : 0,
          };
        },
      },
    );
  } catch (error) {
    return report.fail(error);
  }
}

function secondsOf(typed: string | undefined): number {
  if (typed === undefined) return Infinity;
  const seconds = /^\d+(\.\d+)?$/.test(typed) ? Number(typed) : 0;
  if (seconds <= 0 || seconds > 86_400)
    throw new UsageError(
      `--give-up-after: expected a number of seconds over 0, up to 86400, got "${typed}"`,
    );
  return seconds * 1000;
}

/** Sends everything to all receivers at once. */
class SendJob {
  readonly #guest: Guest;
  readonly #giveUpAfter: number;
  readonly #report: Report;
  readonly #io: Io;
  readonly #lines: OutputLines | undefined;
  readonly #view: SendView;

  constructor(guest: Guest, giveUpAfter: number, report: Report, io: Io) {
    [this.#guest, this.#giveUpAfter, this.#report, this.#io] = [guest, giveUpAfter, report, io];
    this.#lines =
      canRedraw(io.stderr, io.env) && !report.json ? new OutputLines(io.stderr) : undefined;
    const note = (line: string): void => {
      this.#above(() => {
        if (!report.json) report.note(line);
      });
    };
    this.#view = new SendView(this.#lines, note);
    guest.node.on('warning', (message, about) => {
      report.event({ event: 'warning', message });
      note(`Warning: ${warningText(message, about)}`);
    });
  }

  async run(things: readonly Thing[], to: readonly string[], isAsked: boolean): Promise<number> {
    const receivers = await receiversOf(to, this.#guest, this.#io, isAsked);
    const send = await this.#prepare(things);
    this.#report.event({
      event: 'send',
      send: send.id,
      items: send.items.length,
      total: send.total,
      to: receivers.map(({ address }) => address),
    });
    const codes = await Promise.all(receivers.map((receiver) => this.#sendTo(receiver, send)));
    return codes.find((code) => code !== exitCodes.done) ?? exitCodes.done;
  }

  async #prepare(things: readonly Thing[]): Promise<PreparedSend> {
    const leftOut = new LeftOutEntries();
    try {
      return await this.#guest.node.prepareSend(
        things.map(({ kind, filename }) => ({ kind, filename })),
        {
          signal: this.#io.signal,
          onProgress: (progress) => {
            this.#report.event({ event: 'hashing', ...progress });
            this.#view.hashing(progress);
          },
          onLeftOut: (entry) => {
            leftOut.add(entry);
            const { folder, path, reason } = entry;
            this.#report.event({
              ...{ event: 'folder-problem', folder: typedFolder(folder), path },
              ...{ kind: 'omitted', reason: leftOutReason(reason) },
            });
          },
        },
      );
    } finally {
      this.#view.hashed();
      if (!this.#report.json) for (const line of leftOut.lines) this.#report.note(line);
    }
  }

  async #sendTo(receiver: Member, send: PreparedSend): Promise<number> {
    const { address, name } = receiver;
    const label = receiverText(receiver);
    const of = { to: address, ...(name !== undefined && { name }) };
    this.#view.update(label, { state: 'later', done: 0 }, send.total);
    const result = await sendTo({
      ...{ node: this.#guest.node, send, to: address },
      ...{ signal: this.#io.signal, giveUpAfter: this.#giveUpAfter },
      onState: (state) => {
        this.#report.event({ event: 'send-state', ...of, ...state, total: send.total });
        this.#view.update(label, state, send.total);
      },
    });
    this.#view.end(label, send.total);
    this.#tell(result, label, of, send);
    return exitCodeOf(result);
  }

  #tell(
    result: SendResult,
    label: string,
    of: { readonly to: string; readonly name?: string },
    send: PreparedSend,
  ): void {
    const { state, received, reason } = result;
    this.#report.event({
      ...{ event: 'send-result', ...of, state, received, items: send.items.length },
      ...(reason !== undefined && { reason }),
    });
    this.#above(() => {
      if (state === 'received') this.#report.say(`Sent ${sentText(send)} to ${label}.`);
      else print(this.#io.stderr, `p2p: ${label} ${faultText(result)}.${partText(result, send)}`);
    });
  }

  #above(print: () => void): void {
    if (this.#lines) this.#lines.above(print);
    else print();
  }
}
