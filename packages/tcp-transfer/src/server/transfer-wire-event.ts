/**
 * What crossed a connection at once, as the serving side saw it: requests, headers and answer lines
 * with their bytes, of data only how many bytes.
 */
export type TransferWireEvent = {
  readonly direction: 'in' | 'out';
  /** The client, as `host:port`. */
  readonly client: string;
} & (
  | { readonly bytes: Uint8Array; readonly dataLength?: never }
  | { readonly dataLength: number; readonly bytes?: never }
);

/** Hears what crosses one connection. */
export type OnTransferWire = (
  direction: 'in' | 'out',
  what: { readonly bytes: Uint8Array } | { readonly dataLength: number },
) => void;
