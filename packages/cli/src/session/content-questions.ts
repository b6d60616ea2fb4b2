// The questions of a session which content is wanted, where the holders of a file disagree.
import type { OfferedContent } from '../search/offered-contents.ts';

interface Question {
  readonly contents: readonly OfferedContent[];
  readonly resolve: (chosen: OfferedContent) => void;
}

/** Questions that a person has not answered yet. Commands can be typed meanwhile. */
export class ContentQuestions {
  readonly #open = new Set<Question>();

  /**
   * Resolves with the content that the person chooses.
   *
   * @throws the reason of an aborted signal
   */
  async ask(contents: readonly OfferedContent[], signal: AbortSignal): Promise<OfferedContent> {
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#open.delete(question);
        reject(signal.reason as Error);
      };
      const question: Question = {
        contents,
        resolve: (chosen) => {
          signal.removeEventListener('abort', onAbort);
          resolve(chosen);
        },
      };
      this.#open.add(question);
      signal.addEventListener('abort', onAbort);
    });
  }

  /** Takes a line as the answer to the oldest question. Returns false if it is none. */
  answer(line: string): boolean {
    const [question] = this.#open;
    const chosen = /^\d+$/.test(line) ? question?.contents[Number(line) - 1] : undefined;
    if (!question || !chosen) return false;
    this.#open.delete(question);
    question.resolve(chosen);
    return true;
  }
}
