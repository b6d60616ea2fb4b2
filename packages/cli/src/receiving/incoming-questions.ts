// The questions whether sends are wanted: one after the other, each answered by a line of the person.
import { visibleText } from '@peerlane/protocol';
import { machineOf } from '@peerlane/tcp-transfer';
import type { IncomingSend } from '../sends/incoming.ts';
import { questionLines, senderText, sentText } from './send-text.ts';

/** How often it is looked whether the person has stopped typing, in milliseconds. */
const lookInterval = 200;

/** After this many noes in a row a machine is declined without a question, for so many minutes. */
const [maxRefusals, quietMinutes] = [2, 10];

/** Where a person is asked. */
export interface QuestionScreen {
  /** Whether a line is being typed: a question waits for its end, so that nobody answers what was not read. */
  readonly isTyping: boolean;
  say(...lines: readonly (string | readonly string[])[]): void;
}

interface Question {
  readonly send: IncomingSend;
  readonly end: (accepted: boolean) => void;
  isShown: boolean;
}

/** Questions whether sends are wanted. */
export class IncomingQuestions implements Disposable {
  readonly #screen: QuestionScreen;
  readonly #isSealed: () => boolean;
  readonly #open = new Set<Question>();
  /** The senders whose sends are taken from now on. */
  readonly #always = new Set<string>();
  /** How often a machine was declined in a row, and when last. */
  readonly #refusals = new Map<string, { readonly count: number; readonly at: number }>();
  readonly #now: () => number;
  #looking: NodeJS.Timeout | undefined;
  #isClosed = false;

  /**
   * @param isSealed whether the node is in a sealed cluster
   * @param now the time in milliseconds
   */
  constructor(
    screen: QuestionScreen,
    isSealed: () => boolean,
    now: () => number = () => performance.now(),
  ) {
    [this.#screen, this.#isSealed, this.#now] = [screen, isSealed, now];
  }

  /** Asks whether a send is wanted; it is not if the signal is aborted, as the sender has left. */
  ask(send: IncomingSend, signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return Promise.resolve(false);
    if (this.#always.has(keyOf(send))) {
      this.#screen.say(`Taking ${sentText(send)} from ${senderText(send)}, as always.`);
      return Promise.resolve(true);
    }
    if (this.#refusalsOf(send) >= maxRefusals) return Promise.resolve(false);
    return new Promise((resolve) => {
      const end = (accepted: boolean): void => {
        signal.removeEventListener('abort', withdraw);
        this.#open.delete(question);
        resolve(accepted);
        this.#showNext();
      };
      const withdraw = (): void => {
        if (question.isShown && !this.#isClosed)
          this.#screen.say(`${senderText(send)} no longer offers ${sentText(send)}.`);
        end(false);
      };
      const question: Question = { send, end, isShown: false };
      this.#open.add(question);
      signal.addEventListener('abort', withdraw);
      this.#showNext();
    });
  }

  /** Takes a line as the answer to the question that is shown. Returns false if it is none. */
  answer(line: string): boolean {
    const [question] = this.#open;
    const [, letter] = /^(y|n|a)(?:es|o|lways)?$/i.exec(line.trim()) ?? [];
    if (!question?.isShown || letter === undefined) return false;
    const { send, end } = question;
    const answer = letter.toLowerCase();
    if (answer === 'n') {
      this.#refuse(send);
    } else {
      this.#refusals.delete(machineOf(send.address));
    }
    end(answer !== 'n');
    if (answer === 'a') this.#takeAlways(send);
    return true;
  }

  /** Whether a question waits for its answer. */
  get isAsking(): boolean {
    const [question] = this.#open;
    return question?.isShown === true;
  }

  /** The person leaves: what is withdrawn from now on is not the doing of its sender. */
  close(): void {
    this.#isClosed = true;
  }

  [Symbol.dispose](): void {
    this.close();
    clearInterval(this.#looking);
  }

  #takeAlways(send: IncomingSend): void {
    this.#always.add(keyOf(send));
    for (const { send: other, end } of [...this.#open])
      if (this.#always.has(keyOf(other))) end(true);
  }

  /** Whoever asks again and again under new names is not heard for a while. */
  #refuse(send: IncomingSend): void {
    const machine = machineOf(send.address);
    const count = this.#refusalsOf(send) + 1;
    this.#refusals.set(machine, { count, at: this.#now() });
    if (count < maxRefusals) return;
    const host = visibleText(send.address);
    this.#screen.say(`All that ${host} offers in the next ${quietMinutes} minutes is declined.`);
    for (const { send: other, end } of [...this.#open].slice(1))
      if (machineOf(other.address) === machine) end(false);
  }

  #refusalsOf({ address }: IncomingSend): number {
    const { count, at } = this.#refusals.get(machineOf(address)) ?? { count: 0, at: 0 };
    return this.#now() - at < quietMinutes * 60_000 ? count : 0;
  }

  #showNext(): void {
    const [question] = this.#open;
    if (!question || question.isShown) {
      clearInterval(this.#looking);
      this.#looking = undefined;
    } else if (this.#screen.isTyping) {
      this.#looking ??= setInterval(() => {
        this.#showNext();
      }, lookInterval).unref();
    } else {
      question.isShown = true;
      this.#screen.say(questionLines(question.send, this.#isSealed()));
      this.#showNext();
    }
  }
}

/** A sender: its address and its name, which others at that address need not have. */
function keyOf({ address, from = '' }: IncomingSend): string {
  return `${address} ${from}`;
}
