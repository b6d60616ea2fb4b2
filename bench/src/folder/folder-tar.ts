// The plainest way to move a folder: tar writes to a socket, and another tar reads from it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/** Sends an archive of a folder to whoever connects. A process of its own starts each tar. */
export async function tarServer(input: {
  parent: string;
  folder: string;
}): Promise<{ port: number; pid: number }> {
  const archive = ['--create', '--file=-', `--directory=${input.parent}`, input.folder];
  const server = createServer({ pauseOnConnect: true, noDelay: true }, (socket) => {
    // The socket is tar's own output: no byte passes through this process.
    const tar = spawn('tar', archive, { stdio: ['ignore', socket, 'inherit'] });
    tar.once('close', () => socket.destroy());
  });
  server.listen({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, pid: process.pid };
}

/** The line of bash that reads from it into the folder `$1`. */
export function tarLine(port: number): string {
  return `exec 4<>/dev/tcp/127.0.0.1/${port}; tar --extract --file=- --directory="$1" <&4; exec 4>&-`;
}
