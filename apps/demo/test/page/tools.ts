// The programs that the tests of the page need, where they are installed.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import process from 'node:process';

const chromiums = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The path of Chromium; `undefined` if it is not installed. */
export const chromium: string | undefined =
  process.env.CHROMIUM ?? chromiums.find((path) => existsSync(path));

/** The reason why no page can be shown; `false` if one can. */
export const noBrowser: string | false =
  chromium === undefined && 'skipped: there is no Chromium (apt-get install chromium)';

/** The reason why nothing can be captured; `false` if it can. */
export const noCapture: string | false = captureFault();

for (const reason of [noBrowser, noCapture]) {
  if (reason !== false) process.stderr.write(`${reason}\n`);
}

function captureFault(): string | false {
  try {
    const interfaces = execFileSync('tshark', ['-D'], { encoding: 'utf8', stdio: 'pipe' });
    return !/ lo\b/.test(interfaces) && 'skipped: tshark may not capture on loopback';
  } catch {
    return 'skipped: there is no tshark that may capture (apt-get install tshark, as root)';
  }
}
