// Computes the state of the demo after an event.
import type { DemoState, LinkState, NodeState, StateEvent } from '../wire/events.ts';

/** The state after an event; the one before stays as it is. */
export function stateAfter(state: DemoState, event: StateEvent): DemoState {
  switch (event.type) {
    case 'snapshot':
      return { ...event.state, nodes: [...event.state.nodes].sort(byName) };
    case 'node':
      return { ...state, nodes: replaced(state.nodes, event.node, nameOf).sort(byName) };
    case 'link':
      return { ...state, links: replaced(state.links, event.link, betweenOf) };
    case 'rate':
      return { ...state, rate: event.rate };
    case 'download':
      return { ...state, downloads: replaced(state.downloads, event.download, ({ id }) => id) };
  }
}

function nameOf({ name }: NodeState): string {
  return name;
}

function betweenOf({ between }: LinkState): string {
  return between.join();
}

function byName(one: NodeState, other: NodeState): number {
  return one.name < other.name ? -1 : 1;
}

function replaced<T>(list: readonly T[], item: T, keyOf: (item: T) => unknown): T[] {
  const index = list.findIndex((other) => keyOf(other) === keyOf(item));
  return index === -1 ? [...list, item] : list.with(index, item);
}
