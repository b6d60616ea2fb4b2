import { ProtocolError } from '@peerlane/protocol';
import { sizeText } from './output/figures.ts';

/** That a peer has other content than what is downloaded, and how to get that. */
export function otherText({
  filename,
  peer,
  root,
  size,
}: {
  readonly filename: string;
  readonly peer: string;
  readonly root: string;
  readonly size: number;
}): string {
  return `${peer} has another "${filename}" (${sizeText(size)}): p2p get --root ${root} gets that one`;
}

/** Why a download failed, in one line that says what to do. */
export function explain(error: Error, filename: string): string {
  if (ProtocolError.is(error) && error.code === 'not-encodable') {
    const what = filename.includes(',') ? 'with a comma' : 'with blanks around it';
    return `This cluster's protocol cannot ask for a name ${what}: "${filename}"`;
  }
  const { code = '' } = error as NodeJS.ErrnoException;
  const { code: reason = code } = (error.cause ?? {}) as NodeJS.ErrnoException;
  if (reason === 'ENOSPC' || code === 'no-space')
    return `${error.message}. Make room there, or choose another folder`;
  if (['EACCES', 'EPERM', 'EROFS'].includes(reason))
    return `${error.message}. Choose a folder that you may write to`;
  return error.message;
}
