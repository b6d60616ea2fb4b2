// The options of a file server, and how they are checked and completed once, when it starts.
import { checkBindPort, checkPositive } from '../check-options.ts';
import { systemClock, type Clock } from '../clock.ts';
import type { ConnectionKeys } from '../connection/connection-keys.ts';
import { RateLimit } from '../connection/rate-limit.ts';
import { FolderWork } from '../folders/folder-work.ts';
import { resolvePace, type PaceLimits } from '../connection/pace.ts';
import type { AdmissionLimits } from '../limits/admission.ts';
import type { OfferReceiver } from '../sends/incoming-send.ts';
import type { ServedLibrary } from '../answers/served-library.ts';

/** How a file server is started. */
export interface FileServerOptions extends PaceLimits {
  /** The files that are served. The library stays open when the server is closed. */
  readonly library: ServedLibrary;
  /**
   * Whether clients of version 2 may list what is served.
   * @default true
   */
  readonly catalog?: boolean;
  /**
   * Answers those who want to send something: an `IncomingOffers`, which is not closed with the server.
   * @default nothing is received: the answer is `unsupported`
   */
  readonly offers?: OfferReceiver | undefined;
  /**
   * The version of the protocol; with 1 requests are read as the original does: once, with or without a
   * line feed, and of version 1 alone.
   * @default 2
   */
  readonly protocol?: 1 | 2;
  /**
   * The IP address or name to bind.
   * @default '127.0.0.1'
   */
  readonly host?: string;
  /**
   * The TCP port; if it is 0, the system chooses one.
   * @default 0
   */
  readonly port?: number;
  /**
   * How many connections are served at a time. Above this number the connection that has been idle
   * longest is closed; if none is idle, a new one waits.
   * @default 256
   */
  readonly maxConnections?: number;
  /**
   * How many of the served connections may come from one machine: an IPv4 address, or the first 64 bits
   * of an IPv6 address.
   * @default 32
   */
  readonly maxConnectionsPerAddress?: number;
  /**
   * How many connections may wait, each for up to `idleTimeout`; above this number some are closed
   * unserved.
   * @default 512
   */
  readonly maxWaiting?: number;
  /**
   * How long a client may take to send its first request, in milliseconds, with the handshake of a sealed
   * connection.
   * @default 10_000
   */
  readonly requestTimeout?: number;
  /**
   * How many requests of one machine are answered in a second. One for a manifest counts as 5, one for
   * a page of the catalog, of the folders or of a tree as 20, one for a pack as 4, and as 1 more for each 32
   * of its files. After four seconds without a request, as many as for these are answered
   * at once; those that are too early wait.
   * @default 1000
   */
  readonly requestRate?: number;
  /**
   * The keys of a sealed cluster: who has none of them is not served.
   * @default none: everybody is served
   */
  readonly keys?: ConnectionKeys | undefined;
  /**
   * How many bytes per second are sent to all clients together, a number greater than 0.
   * @default no limit
   */
  readonly limitUpload?: number | undefined;
  /** @default the clock of this machine */
  readonly clock?: Clock;
}

/** The options of a file server that is running, each with its value. */
export interface FileServerSettings {
  readonly library: ServedLibrary;
  readonly catalog: boolean;
  readonly offers: OfferReceiver | undefined;
  readonly protocol: 1 | 2;
  readonly keys: ConnectionKeys | undefined;
  readonly clock: Clock;
  readonly pace: Required<PaceLimits>;
  readonly requestTimeout: number;
  readonly requestRate: number;
  readonly limit: RateLimit | undefined;
  readonly folders: FolderWork;
  readonly admission: AdmissionLimits;
}

/**
 * Checks the options of a file server, and completes them with their defaults.
 *
 * @throws RangeError for options that make no sense
 */
export function resolveFileServerOptions(options: FileServerOptions): FileServerSettings {
  const { library, catalog = true, offers, protocol = 2, keys, clock = systemClock } = options;
  const { requestTimeout = 10_000, maxConnections = 256 } = options;
  const { maxConnectionsPerAddress = 32, maxWaiting = 512, requestRate = 1000 } = options;
  const { limitUpload } = options;
  const limit =
    limitUpload === undefined ? undefined : new RateLimit(limitUpload, clock, 'limitUpload');
  checkPositive({ requestTimeout, requestRate });
  checkBindPort(options.port ?? 0);
  if (keys && protocol === 1)
    throw new RangeError('protocol is 1: expected 2, as a sealed cluster has no version 1');
  const pace = resolvePace(options);
  const maxWait = pace.idleTimeout;
  const admission = { maxConnections, maxConnectionsPerAddress, maxWaiting, maxWait };
  return {
    ...{ library, catalog, offers, protocol, keys, clock, pace },
    ...{ requestTimeout, requestRate, limit, admission },
    folders: library.folderWork ?? new FolderWork(),
  };
}
