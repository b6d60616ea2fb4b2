// Answers a request that asks whether something offered is wanted.
import {
  encodeTransferAnswer,
  ProtocolError,
  readSendOffer,
  type SendOffer,
  type TransferRequestV2,
} from '@peerlane/protocol';
import { refuse } from '../answers/refuse.ts';
import type { StreamWriter } from '../connection/stream-writer.ts';
import type { OfferReceiver } from './incoming-send.ts';

/** Who answers offers, and from where they come. */
export interface OfferContext {
  readonly offers: OfferReceiver;
  /** The IP address of the sender. */
  readonly host: string;
}

/**
 * Answers an offer with what becomes of it.
 *
 * @throws Error if the connection fails
 * @see docs/protocol.md, "Accept"
 */
export async function answerOffer(
  request: TransferRequestV2,
  connection: StreamWriter,
  { offers, host }: OfferContext,
): Promise<void> {
  let offer: SendOffer;
  try {
    offer = readSendOffer(request);
  } catch (error) {
    if (!ProtocolError.is(error)) throw error;
    await refuse(connection, 'bad-request', error.message);
    return;
  }
  const answer = offers.receive(offer, host);
  if (answer === 'busy') {
    await refuse(connection, 'busy', 'there are too many offers');
    return;
  }
  const line = encodeTransferAnswer({ length: 0, ...answer });
  await connection.write(line, line.length);
  offers.answered?.(offer, host, answer);
}
