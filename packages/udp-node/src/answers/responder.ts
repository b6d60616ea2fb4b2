// Answers Gets: looks for the file or the folder, and sends the offer or the refusal, at once or after ten seconds.
import { amplification } from '@peerlane/cluster';
import {
  baseName,
  encodeMessage,
  maxTransferSize,
  type FileExtension,
  type FileMessage,
  type GetExtension,
  type GetMessage,
  type PeerAddress,
} from '@peerlane/protocol';
import type { Clock } from '../system/clock.ts';
import { DelayedAnswers } from './delayed-answers.ts';
import { fileInfo, type FileInfo, type HasFile } from './file-info.ts';
import { reasonOf } from '../system/reason.ts';
import { senderOf } from '../limits/sender.ts';

/** The parts of a node that a {@link Responder} uses. */
export interface ResponderOptions {
  readonly settings: {
    readonly clock: Clock;
    readonly tcpPort: number;
    readonly protocol: 1 | 2;
    readonly lowestProtocol: 1 | 2;
    /** How many bytes longer a datagram is on the wire. */
    readonly overhead: number;
    readonly hasFile: HasFile;
    readonly hasFolder: HasFile;
  };
  readonly hasPriority: (peer: string) => boolean;
  /** Whether a peer has proven that it is at its address. */
  readonly isProven: (peer: string) => boolean;
  readonly send: (message: FileMessage, to: PeerAddress) => void;
  readonly warn: (kind: 'files' | 'full', peer: string, message: string) => void;
}

/** The most questions that wait for `hasFile` at a time. Further ones are dropped. */
const maxRunning = 256;

/** Answers requests for files and folders. */
export class Responder {
  readonly #options: ResponderOptions;
  readonly #delayed: DelayedAnswers;
  // A peer has one question for a file at a time.
  readonly #running = new Set<string>();
  #closed = false;

  constructor(options: ResponderOptions) {
    this.#options = options;
    this.#delayed = new DelayedAnswers(options.settings.clock);
  }

  /** Answers a request, of `size` bytes on the wire, that came from `from`, whose `host:port` is `peer`. */
  async answer(request: GetMessage, size: number, from: PeerAddress, peer: string): Promise<void> {
    const { settings, isProven, warn } = this.#options;
    const { hasFile, protocol } = settings;
    const { filename, extension } = request;
    const kind = extension?.kind;
    const name = kind === undefined ? baseName(filename) : filename;
    const question = `${peer} ${kind ?? ''} ${name}`;
    if (this.#running.has(question)) return;
    if (this.#running.size >= maxRunning) {
      warn('full', peer, 'Too many requests at once: some were dropped.');
      return;
    }
    this.#running.add(question);
    try {
      const has = kind === undefined ? hasFile : this.#hasOfKind(kind);
      const found = name === '' ? undefined : fileInfo(await has(name));
      if (this.#closed) return;
      if (protocol === 2 && extension) {
        const maxBytes = isProven(peer) ? Infinity : amplification * size;
        this.#answerNow(found, extension, from, maxBytes);
      } else if (found && kind === undefined && (found.size ?? 0) <= maxTransferSize)
        this.#answerLater(name, from, peer);
    } catch (error) {
      warn('files', peer, `Could not look for a file that ${peer} asked for: ${reasonOf(error)}`);
    } finally {
      this.#running.delete(question);
    }
  }

  /** Gives no more answers. */
  close(): void {
    this.#closed = true;
    this.#delayed.clear();
  }

  /** What says whether there is something of a kind: of one that this version does not know, there is nothing. */
  #hasOfKind(kind: string): HasFile {
    return kind === 'folder' ? this.#options.settings.hasFolder : () => false;
  }

  /** Answers version 2 at once, yes or no, with as many facts as fit into `maxBytes`. */
  #answerNow(
    found: FileInfo | undefined,
    { req, kind }: GetExtension,
    to: PeerAddress,
    maxBytes: number,
  ): void {
    const { send, settings } = this.#options;
    if (!found) {
      send({ type: 'file', method: 1, port: 0, extension: { v: 2, req, miss: true } }, to);
      return;
    }
    const size = found.size !== undefined && { size: found.size };
    const root = found.root !== undefined && { root: found.root };
    const offer = (about: Pick<FileExtension, 'size' | 'root'>): FileMessage => ({
      ...{ type: 'file', method: 1, port: settings.tcpPort },
      extension: { v: 2, req, ...(kind !== undefined && { kind }), ...about },
    });
    const offers = [{ ...size, ...root }, { ...size }, {}].map(offer);
    const fits = (message: FileMessage): boolean =>
      encodeMessage(message).length + settings.overhead <= maxBytes;
    send(offers.find(fits) ?? offer({}), to);
  }

  /**
   * Answers version 1: at once to a peer that has priority, or where all speak version 2 and this one has
   * left out its second line; after ten seconds to any other. A file
   * that is larger than its header can say is not offered: nothing could be sent.
   */
  #answerLater(name: string, from: PeerAddress, peer: string): void {
    const { send, settings, hasPriority, warn } = this.#options;
    const reply = (): void => {
      send({ type: 'file', method: 1, port: settings.tcpPort }, from);
    };
    if (settings.lowestProtocol === 2 || hasPriority(peer)) reply();
    else if (!this.#delayed.add(senderOf(from), `${peer} ${name}`, reply)) {
      warn('full', peer, 'Too many answers are pending: some requests get none.');
    }
  }
}
