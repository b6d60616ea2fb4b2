// Answers one request of version 2: data, a manifest, a list, something of a folder, or a refusal.
import { encodeTransferAnswer, type TransferRequestV2 } from '@peerlane/protocol';
import { answerCatalog } from '../answers/answer-catalog.ts';
import { answerFolders } from '../answers/answer-folders.ts';
import { answerPack } from '../answers/answer-pack.ts';
import { answerPieces } from '../answers/answer-pieces.ts';
import { answerTree } from '../answers/answer-tree.ts';
import type { FolderWork } from '../folders/folder-work.ts';
import { answerManifest, sendManifest } from './answer-manifest.ts';
import type { Clock } from '../clock.ts';
import type { StreamWriter } from '../connection/stream-writer.ts';
import { refuse, refuseChanged } from '../answers/refuse.ts';
import type { PartialFile } from '../manifests/partial-files.ts';
import { answerOffer, type OfferContext } from '../sends/answer-offer.ts';
import type { ServedLibrary } from '../answers/served-library.ts';
import type { SendBuffers } from './send-buffers.ts';
import { sendPart } from './send-file.ts';
import type { FoundFile } from './file-server-events.ts';
import type { ServedFolders } from '../sharing/served-folders.ts';
import type { ServedFiles, SharedFile } from '../sharing/served-files.ts';
import { TransferError } from '../transfer-error.ts';

/** The files, buffers and callbacks with which requests of version 2 are answered. */
export interface AnswerContext {
  readonly library: ServedLibrary;
  /** Whether clients may list what is served. */
  readonly catalog: boolean;
  readonly buffers: SendBuffers;
  /** What requests for folders share, and for whom the work is done. */
  readonly work: FolderWork;
  readonly owner: unknown;
  readonly clock: Clock;
  /** Who answers offers; `undefined` if nothing is received. */
  readonly receiving: OfferContext | undefined;
  /** Is called before a part of a file is sent. */
  readonly onSending: (file: FoundFile) => void;
}

/**
 * Answers one request of version 2. Afterwards the connection is ready for the next one.
 *
 * @throws TransferError `changed` if a file changes while it is sent; Error if the connection fails;
 * after an error the connection must be ended
 * @see docs/protocol.md, "Version 2"
 */
export async function answerRequest(
  request: TransferRequestV2,
  connection: StreamWriter,
  context: AnswerContext,
): Promise<void> {
  const { want, filename, root } = request;
  if (want === 'catalog' && context.catalog) {
    await answerCatalog(request, connection, context.library);
    return;
  }
  const { folders } = context.library.files;
  if (want === 'folders' && context.catalog && folders) {
    await answerFolders(request, connection, folders);
    return;
  }
  if ((want === 'tree' || want === 'pack') && folders) {
    await answerOfFolder(request, folders, connection, context);
    return;
  }
  if (want === 'accept' && context.receiving) {
    await answerOffer(request, connection, context.receiving);
    return;
  }
  const partial = root === undefined ? undefined : context.library.partials?.find(root);
  if (want === 'pieces') {
    await answerPieces(request, partial, connection);
    return;
  }
  if (want !== 'data' && want !== 'manifest') {
    await refuse(connection, 'unsupported', 'this server does not give that');
    return;
  }
  if (filename === undefined || (request.entries && request.entries.length > 1)) {
    await refuse(connection, 'bad-request', 'the request does not name one file');
    return;
  }
  if (partial) {
    await answerOfPartial(request, partial, connection, context);
    return;
  }
  const file = await openAtRest(request, context.library.files);
  if (file === 'changing') {
    await refuse(connection, 'changed', 'the file is being written to');
    return;
  }
  if (!file) {
    await refuse(connection, 'not-found', 'there is no such file');
    return;
  }
  const { clock, library } = context;
  if (want === 'data') {
    await sendData(request, file, connection, context);
  } else if (library.manifests) {
    await answerManifest(file, request, connection, library.manifests, clock);
  } else {
    await file.handle.close();
    await refuse(connection, 'unsupported', 'there is no manifest of that file');
  }
}

async function answerOfFolder(
  request: TransferRequestV2,
  folders: ServedFolders,
  connection: StreamWriter,
  { library: { manifests }, work, owner, clock, onSending }: AnswerContext,
): Promise<void> {
  const { want, filename, entries } = request;
  if (!manifests) {
    await refuse(connection, 'unsupported', 'this server gives no folders');
    return;
  }
  if (filename === undefined || (want === 'pack' && !entries)) {
    const lacking = filename === undefined ? 'folder' : 'entries';
    await refuse(connection, 'bad-request', `the request names no ${lacking}`);
    return;
  }
  const folder = await folders.find(filename);
  if (!folder) {
    await refuse(connection, 'not-found', 'there is no such folder');
    return;
  }
  const context = { manifests, work, owner, clock };
  if (want === 'tree') {
    await answerTree(folder, request, connection, context);
    return;
  }
  await answerPack(folder, entries ?? [], connection, context, (size) => {
    onSending({ filename: `${folder.name}/`, size });
  });
}

/** Answers from a file that is being downloaded, with what is there of it. */
async function answerOfPartial(
  { want, filename = '', offset = 0, length = Infinity }: TransferRequestV2,
  { known, handle, hasPart }: PartialFile,
  connection: StreamWriter,
  { buffers, onSending }: AnswerContext,
): Promise<void> {
  const { size } = known.manifest;
  if (want === 'manifest') {
    await sendManifest(filename, known, connection);
    return;
  }
  const end = Math.min(size, offset + length);
  if (offset > size || !hasPart(offset, end)) {
    await refuse(connection, 'not-found', 'that part is not there yet');
    return;
  }
  onSending({ filename, size });
  const lead = encodeTransferAnswer({ length: end - offset, filename, size, offset });
  const file = { handle, size, unchanged: () => Promise.resolve(true) };
  await sendPart(file, { lead, offset, end, mayChange: true }, connection, buffers);
}

async function openAtRest(
  { filename = '', entries }: TransferRequestV2,
  files: ServedFiles,
): Promise<SharedFile | 'changing' | undefined> {
  try {
    if (!entries) return await files.openFile(filename);
    const folder = await files.folders?.find(filename);
    return await folder?.openFile(entries[0]!);
  } catch (error) {
    if (TransferError.is(error) && error.code === 'changed') return 'changing';
    throw error;
  }
}

async function sendData(
  { root, offset = 0, length = Infinity }: TransferRequestV2,
  file: SharedFile,
  connection: StreamWriter,
  { library, buffers, onSending }: AnswerContext,
): Promise<void> {
  try {
    const { filename, size } = file;
    const known = root === undefined ? undefined : library.manifests?.known(file)?.root;
    // A file that is not hashed yet is sent all the same: the client verifies what it gets.
    if (known !== undefined && known !== root) {
      await refuseChanged(connection, known);
      return;
    }
    if (offset > size) {
      await refuse(connection, 'out-of-range', 'the file ends before that');
      return;
    }
    const end = Math.min(size, offset + length);
    onSending({ filename, size });
    const line = encodeTransferAnswer({
      length: end - offset,
      filename,
      size,
      offset,
      mtime: Number(file.identity.mtimeNs / 1_000_000n),
    });
    // A client that names the content verifies each piece, and is told of a change by what is wrong.
    const mayChange = root !== undefined;
    await sendPart(file, { lead: line, offset, end, mayChange }, connection, buffers);
  } finally {
    await file.handle.close();
  }
}
