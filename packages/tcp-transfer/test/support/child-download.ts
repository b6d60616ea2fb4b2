// Downloads a file in both ways, and does nothing else that would keep this process alive.
import { downloadFile } from '../../src/download/download-file.ts';
import { downloadVerified } from '../../src/download/download-verified.ts';

const [port, into, limitRate] = process.argv.slice(2);
const options = {
  filename: 'file',
  into: into!,
  ...(limitRate !== undefined && { limitRate: Number(limitRate) }),
};
const address = { host: '127.0.0.1', port: Number(port) };
await downloadFile({ ...options, address, saveAs: 'one' });
await downloadVerified({ ...options, sources: [{ address }], saveAs: 'other' });
