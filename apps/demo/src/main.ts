// The program of the demo: `pnpm demo`.
import { fileURLToPath } from 'node:url';
import { main } from './demo.ts';

const home = fileURLToPath(new URL('..', import.meta.url));
// Without a terminal it ends by itself, unless it has to stay.
const stay = process.argv.includes('--stay');
process.exitCode = await main(home, stay ? { stay } : {});
