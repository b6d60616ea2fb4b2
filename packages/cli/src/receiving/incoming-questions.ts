// The questions whether sends are wanted: one after the other, each answered by a line of the person.
import type { IncomingSend } from '../sends/incoming.ts';
import { questionLines, senderText, sentText } from './send-text.ts';

/** How often it is looked whether the person has stopped typing, in milliseconds. */
const lookInterval = 200;

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
  #looking: NodeJS.Timeout | undefined;
  #isClosed = false;

  /** @param isSealed whether the node is in a sealed cluster */
  constructor(screen: QuestionScreen, isSealed: () => boolean) {
    this.#screen = screen;
    this.#isSealed = isSealed;
  }

  /** Asks whether a send is wanted; it is not if the signal is aborted, as the sender has left. */
  ask(send: IncomingSend, signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return Promise.resolve(false);
    if (this.#always.has(keyOf(send))) {
      this.#screen.say(`Taking ${sentText(send)} from ${senderText(send)}, as always.`);
      return Promise.resolve(true);
    }
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
    const answer = letter.toLowerCase();
    question.end(answer !== 'n');
    if (answer === 'a') this.#takeAlways(question.send);
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
