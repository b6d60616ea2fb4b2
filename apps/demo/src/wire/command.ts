/** The most nodes of the demo. */
export const maxNodes = 8;

/** What the page may ask the demo to do. */
export type Command =
  | { readonly do: 'get'; readonly node: string; readonly filename: string }
  | { readonly do: 'abort'; readonly id: number }
  | { readonly do: 'kill'; readonly node: string }
  | { readonly do: 'start'; readonly node: string }
  | { readonly do: 'protocol'; readonly node: string; readonly version: 1 | 2 }
  /** A node that knows nobody but node1. */
  | { readonly do: 'add' }
  /** A big file for node2 and node3. */
  | { readonly do: 'share' }
  | {
      readonly do: 'link';
      readonly between: readonly [string, string];
      readonly cut?: boolean;
      readonly loss?: number;
    }
  /** Bytes in a second for each connection; `null` for as many as there are. */
  | { readonly do: 'slow'; readonly rate: number | null };
