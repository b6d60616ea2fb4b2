// From the configuration, whose names and seconds are those of the command line, to the options of a node.
import type { Config } from '../config/settings.ts';
import type { NodeOptions } from '../node/node-options.ts';

/** The options of a node that say how it works, and nothing of what it shares or whom it knows. */
export function nodeOptionsFrom({
  host,
  discovery,
  name,
  catalog,
  protocol,
  allow,
  limitUpload,
  ...config
}: Config): NodeOptions {
  return {
    ...{ host, discovery, name, catalog, protocol, allow, limitUpload },
    port: config.port,
    tcpPort: config.tcpPort,
    period: config.period * 1000,
    timeout: config.waiting * 1000,
  };
}
