// The commands that the page can send to the demo.
/** A command of the page. */
export type Command =
  | { readonly do: 'get'; readonly node: string; readonly filename: string }
  | { readonly do: 'abort'; readonly id: number }
  | { readonly do: 'kill'; readonly node: string }
  | { readonly do: 'start'; readonly node: string }
  | { readonly do: 'protocol'; readonly node: string; readonly version: 1 | 2 }
  /** Adds a node that knows only node1. */
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
