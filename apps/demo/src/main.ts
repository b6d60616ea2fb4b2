import { fileURLToPath } from 'node:url';
import { main } from './demo.ts';

const home = fileURLToPath(new URL('..', import.meta.url));
// Where there is no terminal it ends by itself, unless it is told to stay.
const stay = process.argv.includes('--stay');
process.exitCode = await main(home, stay ? { stay } : {});
