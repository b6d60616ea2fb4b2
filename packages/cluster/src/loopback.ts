/** Whether an address of the form `host:port` is this machine's loopback. */
export function isLoopback(address: string): boolean {
  return (
    address.startsWith('127.') || address.startsWith('[::1]:') || address.startsWith('localhost:')
  );
}
