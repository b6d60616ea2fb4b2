import { encodeTransferAnswer, type RefusalCode, type TransferRequestV2 } from '@peerlane/protocol';
import { answerCatalog } from './answer-catalog.ts';
import type { Clock } from './clock.ts';
import type { Manifests } from './manifests.ts';
import type { Outgoing } from './outgoing.ts';
import type { SendBuffers } from './send-buffers.ts';
import { sendPart } from './send-file.ts';
import type { FoundFile } from './serve-connection.ts';
import type { SharedFile, SharedFolder } from './shared-folder.ts';

/** What requests of version 2 are answered from. */
export interface AnswerContext {
  readonly folder: SharedFolder;
  /** Without, no manifest is given. */
  readonly manifests: Manifests | undefined;
  /** Whether it is told what there is. */
  readonly catalog: boolean;
  readonly buffers: SendBuffers;
  readonly clock: Clock;
  /** A part of the file is about to be sent. */
  readonly onSending: (file: FoundFile) => void;
}

/** How long a client waits for a manifest before it is told to come again, in milliseconds. */
const manifestPatience = 5000;

/**
 * Answers one request of version 2. The connection is good for the next one afterwards.
 *
 * @throws TransferError `changed` where a file changes while it is sent; Error where the connection
 * fails: it must be ended then
 * @see docs/protocol.md, "Version 2"
 */
export async function answerRequest(
  request: TransferRequestV2,
  connection: Outgoing,
  context: AnswerContext,
): Promise<void> {
  const { want, filename, cursor } = request;
  if (want === 'catalog' && context.catalog) {
    await answerCatalog(cursor, connection, context);
    return;
  }
  if (want !== 'data' && want !== 'manifest') {
    await refuse(connection, 'unsupported', 'this server does not give that');
    return;
  }
  if (filename === undefined) {
    await refuse(connection, 'bad-request', 'the request names no file');
    return;
  }
  const file = await context.folder.openFile(filename);
  if (!file) {
    await refuse(connection, 'not-found', 'there is no such file');
    return;
  }
  if (want === 'data') await sendData(request, file, connection, context);
  else await sendManifest(request, file, connection, context);
}

async function sendData(
  { root, offset = 0, length = Infinity }: TransferRequestV2,
  file: SharedFile,
  connection: Outgoing,
  { manifests, buffers, onSending }: AnswerContext,
): Promise<void> {
  try {
    const { name, size } = file;
    const known = root === undefined ? undefined : manifests?.known(file)?.root;
    // What is not hashed yet flows all the same: the client verifies what it gets.
    if (known !== undefined && known !== root) {
      await refuseChanged(connection);
      return;
    }
    if (offset > size) {
      await refuse(connection, 'out-of-range', 'the file ends before that');
      return;
    }
    const end = Math.min(size, offset + length);
    onSending({ name, size });
    const line = encodeTransferAnswer({
      length: end - offset,
      filename: name,
      size,
      offset,
      mtime: Number(file.identity.mtimeNs / 1_000_000n),
    });
    await sendPart(file, { lead: line, offset, end }, connection, buffers);
  } finally {
    await file.handle.close();
  }
}

async function sendManifest(
  { root }: TransferRequestV2,
  file: SharedFile,
  connection: Outgoing,
  { manifests, clock }: AnswerContext,
): Promise<void> {
  // Who has to come again finds it hashed: the file stays open for that.
  const work = (manifests?.of(file) ?? Promise.resolve(undefined)).finally(() =>
    file.handle.close(),
  );
  const found = await Promise.race([work, tooLong(clock, work)]);
  if (found === 'too long') {
    await refuse(connection, 'busy', 'the file is being hashed');
  } else if (!found) {
    await refuse(connection, 'unsupported', 'there is no manifest of that file');
  } else if (root !== undefined && found.root !== root) {
    await refuseChanged(connection);
  } else {
    const { size, pieceLength, digests } = found.manifest;
    const line = encodeTransferAnswer({
      length: digests.length,
      filename: file.name,
      size,
      root: found.root,
      pieceLength,
    });
    await connection.write(line, line.length);
    if (digests.length > 0) await connection.write(digests);
  }
}

/** Resolves after a while, unless `work` is done before. */
function tooLong(clock: Clock, work: Promise<unknown>): Promise<'too long'> {
  return new Promise((resolve) => {
    const timer = clock.schedule(() => {
      resolve('too long');
    }, manifestPatience);
    work
      .finally(() => {
        timer.cancel();
      })
      .catch(() => undefined);
  });
}

async function refuseChanged(connection: Outgoing): Promise<void> {
  await refuse(connection, 'changed', 'the file has other content');
}

async function refuse(connection: Outgoing, code: RefusalCode, message: string): Promise<void> {
  const line = encodeTransferAnswer({ error: { code, message } });
  await connection.write(line, line.length);
}
