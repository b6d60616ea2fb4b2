// How many datagrams with lists a node sends in a period: a machine that claims thousands of members
// must not make everybody's lists fill the network.
import { hostOf, isLoopback } from '@peerlane/protocol';
import { maxOnLoopback, maxPerHost } from './peers-by-host.ts';

/**
 * The most datagrams with lists that go to trusted peers in a period. Each has at most 1200 bytes. With
 * 370 members, everybody still gets the whole list.
 */
export const maxListDatagrams = 3000;

/** The most datagrams in a period that introduce newcomers to others, also of at most 1200 bytes each. */
export const maxIntroductions = 1000;

/** The fractions of its multiples are spread evenly, however many there are. */
const goldenRatio = 0.618_033_988_749_895;

/** What may still be sent in a period. */
export interface SendBudget {
  /** How many datagrams of its list each peer gets; below 1, it is the share of peers that get one. */
  listShare: number;
  lists: number;
  introductions: number;
  /** Counts the lists that were cut, so that each begins elsewhere. */
  turn: number;
  /** How many introductions each machine has had. */
  readonly introduced: Map<string, number>;
}

/** The budget of a period in which `receivers` peers are to get their lists, after the budget of another. */
export function newSendBudget(receivers: number, before?: SendBudget): SendBudget {
  return {
    listShare: maxListDatagrams / Math.max(1, receivers),
    lists: maxListDatagrams,
    introductions: maxIntroductions,
    turn: before?.turn ?? 0,
    introduced: new Map(),
  };
}

/** The parts of a list that a peer is sent: all, or as many as the budget allows, each time others. */
export function takeParts<Part>(sendBudget: SendBudget, parts: readonly Part[]): Part[] {
  const { listShare, lists } = sendBudget;
  const isChosen = (sendBudget.turn * Math.SQRT2) % 1 < listShare;
  const share = listShare < 1 ? Number(isChosen) : Math.floor(listShare);
  const count = Math.min(parts.length, share, lists);
  sendBudget.lists -= count;
  if (count === parts.length) return [...parts];
  sendBudget.turn += 1;
  const start = Math.floor(((sendBudget.turn * goldenRatio) % 1) * parts.length);
  return [...parts.slice(start), ...parts.slice(0, start)].slice(0, count);
}

/** Whether a newcomer may be introduced to others. A machine has as many introductions as members. */
export function takeIntroduction(sendBudget: SendBudget, address: string): boolean {
  const host = hostOf(address);
  const count = sendBudget.introduced.get(host) ?? 0;
  const most = isLoopback(host) ? maxOnLoopback : 2 * maxPerHost;
  if (sendBudget.introductions === 0 || count >= most) return false;
  sendBudget.introductions -= 1;
  sendBudget.introduced.set(host, count + 1);
  return true;
}
