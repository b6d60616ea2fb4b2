/** Whether an IP address is this machine's loopback. */
export function isLoopbackHost(host: string): boolean {
  return host.startsWith('127.') || host === '::1';
}
