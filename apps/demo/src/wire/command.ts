// The commands that the page can send to the demo.
/** The most nodes of the demo. */
export const maxNodes = 8;

/** A command of the page. */
export type Command =
  | { readonly do: 'get'; readonly node: string; readonly filename: string }
  | { readonly do: 'abort'; readonly id: number }
  | { readonly do: 'kill'; readonly node: string }
  | { readonly do: 'start'; readonly node: string }
  | { readonly do: 'protocol'; readonly node: string; readonly version: 1 | 2 }
  /** Seals or opens a node or, without one, all: they start again. */
  | { readonly do: 'seal'; readonly sealed: boolean; readonly node?: string }
  /** Adds a node that knows only node1. It is sealed if all others are. */
  | { readonly do: 'add' }
  /** Adds the big file to node2 and node3. */
  | { readonly do: 'share' }
  | {
      readonly do: 'link';
      readonly between: readonly [string, string];
      readonly cut?: boolean;
      readonly loss?: number;
    }
  /** Sets the rate of each connection in bytes per second; `null` for no limit. */
  | { readonly do: 'slow'; readonly rate: number | null };
