// A receiver of offers in virtual time, whose questions and fetches a test answers.
import { vi, type Mock } from 'vitest';
import type { SendFailure, SendOffer } from '@peerlane/protocol';
import {
  IncomingOffers,
  type FetchContext,
  type IncomingOffer,
  type IncomingOffersOptions,
} from '../../src/index.ts';
import { ManualClock } from './manual-clock.ts';

export const send = (number: number): string => number.toString(16).padStart(16, '0');
export const root = (number: number): string => number.toString(16).padStart(64, '0');

export function offerOf(offer: Partial<SendOffer> = {}): SendOffer {
  const { size = 10 } = offer;
  return {
    ...{ send: send(1), kind: 'file', filename: 'a.txt', size, root: root(1), port: 4000 },
    ...{ items: 1, total: size, peers: [], ...offer },
  };
}

export interface Question {
  readonly first: IncomingOffer;
  readonly signal: AbortSignal;
  readonly answer: (isWanted: boolean) => void;
}

export interface Fetch {
  readonly item: IncomingOffer;
  readonly context: FetchContext;
  readonly end: (reason?: SendFailure) => void;
  readonly fail: (error: Error) => void;
}

export interface Scene {
  readonly clock: ManualClock;
  readonly questions: Question[];
  readonly fetches: Fetch[];
  readonly onDecided: Mock;
  readonly incoming: IncomingOffers;
}

export function scene(options: Partial<IncomingOffersOptions> = {}): Scene {
  const clock = new ManualClock();
  const questions: Question[] = [];
  const fetches: Fetch[] = [];
  const onDecided = vi.fn();
  const incoming = new IncomingOffers({
    clock,
    onDecided,
    decide: (first, signal) =>
      new Promise((answer) => {
        questions.push({ first, signal, answer });
      }),
    fetch: (item, context) =>
      new Promise((end, fail) => {
        fetches.push({ item, context, end, fail });
      }),
    ...options,
  });
  return { clock, questions, fetches, onDecided, incoming };
}

export const settled = async (): Promise<void> => {
  for (let round = 0; round < 20; round += 1) await Promise.resolve();
};
