// The program `p2p`: runs the command line of this process.
import { main, printFailure } from './main.ts';
import { processIo } from './output/process-io.ts';

const io = processIo();
process.once('uncaughtException', (error) => {
  void printFailure(error, io).finally(() => process.exit(1));
});
process.exitCode = await main(process.argv.slice(2), io);
