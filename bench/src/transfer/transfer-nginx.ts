// The named peer of `bench transfer`: nginx with sendfile, and curl.
import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import { createConnection, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Linux counts the processor time of a process in hundredths of a second. */
const ticks = 100;

/** Whether nginx and curl are installed. */
export function hasNginxAndCurl(): boolean {
  return [
    ['nginx', '-v'],
    ['curl', '--version'],
  ].every(([command, flag]) => spawnSync(command!, [flag!]).status === 0);
}

/** An nginx of our own on 127.0.0.1 that serves a folder with sendfile. */
export interface Nginx {
  readonly port: number;
  readonly pid: number;
  /** The processor time that it has used, in seconds, as Linux tells it. */
  cpu(): Promise<number>;
  stop(): Promise<void>;
}

/** The lines of nginx's configuration for TLS as sealed connections have it, and a certificate for it. */
async function tlsLines(folder: string): Promise<string> {
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const files = ['-keyout', key, '-out', certificate, '-subj', '/CN=127.0.0.1'];
  await run('openssl', ['req', '-x509', ...kind, ...files]);
  return `ssl_certificate ${certificate}; ssl_certificate_key ${key}; ssl_protocols TLSv1.3;
    ssl_conf_command Ciphersuites TLS_AES_128_GCM_SHA256;`;
}

/** Starts nginx with a configuration of its own in a folder, with TLS 1.3 if that is wanted. */
export async function startNginx(
  folder: string,
  root: string,
  { tls = false }: { readonly tls?: boolean } = {},
): Promise<Nginx> {
  await mkdir(folder);
  const lines = tls ? await tlsLines(folder) : '';
  const port = await freePort();
  const config = join(folder, 'nginx.conf');
  const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  await writeFile(
    config,
    `daemon off;
master_process off;
pid ${join(folder, 'nginx.pid')};
error_log ${join(folder, 'error.log')};
events { worker_connections 256; }
http {
  access_log off;
  sendfile on;
  tcp_nopush on;
  ${places.map((place) => `${place}_temp_path ${join(folder, place)};`).join('\n  ')}
  server { listen 127.0.0.1:${port}${tls ? ' ssl' : ''}; root ${root}; ${lines} }
}
`,
  );
  const child = spawn('nginx', ['-p', folder, '-c', config], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  while (!(await answers(port))) {
    if (child.exitCode !== null)
      throw new Error(`nginx did not start: see ${join(folder, 'error.log')}`);
    await delay(10);
  }
  return {
    port,
    pid: child.pid!,
    cpu: async () => {
      const stat = await readFile(`/proc/${child.pid}/stat`, 'latin1').catch(() => '');
      // Behind the name, which may hold blanks: fields 3 and on, of which 14 and 15 are in ticks.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return (Number(fields[11]) + Number(fields[12])) / ticks;
    },
    stop: async () => {
      child.kill();
      await ended;
    },
  };
}

/**
 * Downloads a file with curl, and removes it again.
 *
 * @returns the seconds that it took, by curl's own clock, and the sync if there is one
 */
export async function curl(url: string, target: string, sync: boolean): Promise<number> {
  const { stdout } = await run('curl', ['-s', '-k', '-o', target, '-w', '%{time_total}', url]);
  let seconds = Number(stdout);
  if (sync) {
    const handle = await open(target, 'r+');
    const start = performance.now();
    await handle.datasync();
    seconds += (performance.now() - start) / 1000;
    await handle.close();
  }
  await rm(target);
  return seconds;
}

/** What a download took, in seconds. */
export interface Taken {
  readonly seconds: number;
  /** Of all its processes. */
  readonly cpu: number;
}

const timedCurl = `TIMEFORMAT='%R %U %S'; time curl -s -k -o "$2" "$1"`;
const timedPipe = `TIMEFORMAT='%R %U %S'; time curl -s -k "$1" | tee "$2" | openssl dgst -sha256`;

/** Downloads a file with curl, also through `openssl dgst -sha256` if it is to be hashed, and removes it again. */
export async function timed(url: string, target: string, hashed: boolean): Promise<Taken> {
  const command = hashed ? timedPipe : timedCurl;
  const { stderr } = await run('bash', ['-c', command, 'bash', url, target]);
  await rm(target);
  const [seconds = 0, user = 0, system = 0] = stderr.trim().split(' ').map(Number);
  return { seconds, cpu: user + system };
}

/** A port of 127.0.0.1 that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Whether something listens at a port of 127.0.0.1. */
export async function answers(port: number): Promise<boolean> {
  const socket = createConnection({ host: '127.0.0.1', port });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
