import { fileURLToPath } from 'node:url';
import { main } from './demo.ts';

process.exitCode = await main(fileURLToPath(new URL('..', import.meta.url)));
