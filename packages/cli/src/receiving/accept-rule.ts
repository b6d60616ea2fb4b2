// The rule of a user by which sends are taken without a question.
import type { Config } from '../config/settings.ts';
import { isFrom } from '../config/senders.ts';
import { ConfigError } from '../files/config-error.ts';
import type { IncomingSend } from '../sends/incoming.ts';

/** Decides on a send without asking. */
export type AcceptRule = (send: IncomingSend) => boolean;

/**
 * The rule of the configuration; `undefined` if there is none.
 *
 * @throws ConfigError for a size or a folder without anyone to take sends from
 */
export function acceptRuleOf({
  acceptFrom,
  acceptMaxSize = Infinity,
  acceptInto,
}: Pick<Config, 'acceptFrom' | 'acceptMaxSize' | 'acceptInto'>): AcceptRule | undefined {
  if (acceptFrom === undefined) {
    if (acceptMaxSize === Infinity && acceptInto === undefined) return undefined;
    throw new ConfigError(
      'nothing is accepted without senders: set accept.from in config.yml, --accept-from or P2P_ACCEPT_FROM',
    );
  }
  return (send) => send.total <= acceptMaxSize && isFrom(acceptFrom, send);
}
