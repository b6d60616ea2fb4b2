import { ProtocolError } from '@peerlane/protocol';
import { TransferError } from '@peerlane/tcp-transfer';

/** Why a download failed, in one line that says what to do. */
export function explain(error: Error, filename: string): string {
  if (ProtocolError.is(error) && error.code === 'not-encodable') {
    const what = filename.includes(',') ? 'with a comma' : 'with blanks around it';
    return `This cluster's protocol cannot ask for a name ${what}: "${filename}"`;
  }
  if (!TransferError.is(error)) return error.message;
  const { code = '' } = (error.cause ?? {}) as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || error.code === 'no-space')
    return `${error.message}. Make room there, or choose another folder with --into`;
  if (['EACCES', 'EPERM', 'EROFS'].includes(code))
    return `${error.message}. Choose a folder that you may write to, with --into`;
  return error.message;
}
