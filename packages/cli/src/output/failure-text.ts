// Why a command fails, with the options of the command line that help: errors of the node name none.
import { baseName, ProtocolError } from '@peerlane/protocol';
import { NodeError } from '../node/node-error.ts';
import type { Silence } from '@peerlane/udp-node';
import { counted, sizeText } from '../text/figures.ts';
import { withoutKeys } from '../text/without-keys.ts';
import { getCommand, peerOptions } from '../text/get-command.ts';

/** The most silent members that are named in one line. */
const maxSilentShown = 5;

/** The message of an error, with the option that helps if there is one. It holds no key. */
export function failureText(error: unknown): string {
  return withoutKeys(messageOf(error));
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (!NodeError.is(error) || error.code !== 'bind') return error.message;
  const { syscall, port = 0 } = error.cause as NodeJS.ErrnoException & { readonly port?: number };
  const flag = syscall === 'listen' ? '--tcp-port' : '--port';
  const advice = port === 0 ? 'another host with --host' : `another with ${flag} or --host`;
  return `${error.message} Choose ${advice}.`;
}

/** Says that a peer has other content than what is downloaded, with the command that downloads that. */
export function otherContentText({
  filename,
  peer,
  root,
  size,
  from,
}: {
  readonly filename: string;
  readonly peer: string;
  readonly root: string;
  readonly size: number;
  readonly from?: string;
}): string {
  const command = getCommand([...peerOptions(peer), '--root', root], [filename]);
  const taken = from === undefined ? '' : `"${filename}" is taken as ${from} has it. `;
  return `${taken}${peer} has another "${filename}" (${sizeText(size)}), which this gets: ${command}`;
}

/** Says which members have not answered a request yet. */
export function silenceText({ asked, silent }: Pick<Silence, 'asked' | 'silent'>): string {
  const shown = silent.slice(0, maxSilentShown).join(', ');
  const more = silent.length - maxSilentShown;
  const others = more > 0 ? ` and ${more} more` : '';
  return `Asked ${counted(asked, 'member')}: no answer from ${shown}${others} yet.`;
}

/** Why a download failed, in one line that says what to do. */
export function downloadFailureText(error: Error, filename: string): string {
  if (ProtocolError.is(error) && error.code === 'not-encodable') {
    if (filename.endsWith('/')) return 'Version 1 of the protocol has no folders: ask in version 2';
    const what = filename.includes(',') ? 'with a comma' : 'that ends in a blank';
    return `This cluster's protocol cannot ask for a name ${what}: "${filename}"`;
  }
  const mayBeFile = !['', '.', '..'].includes(baseName(filename));
  if (ProtocolError.is(error) && error.code === 'bad-filename' && mayBeFile)
    return `${error.message}. Save it under another name: p2p get -o NAME`;
  const { code = '' } = error as NodeJS.ErrnoException;
  if (code === 'not-member')
    return `${error.message} Both machines need the same key: p2p config shows the id of each`;
  const { code: reason = code } = (error.cause ?? {}) as NodeJS.ErrnoException;
  if (reason === 'ENOSPC' || code === 'no-space')
    return `${error.message}. Free up space, or choose another folder`;
  if (['EACCES', 'EPERM', 'EROFS'].includes(reason))
    return `${error.message}. Choose a folder that you can write to`;
  return error.message;
}
