// Runs a program as the user who owns the shared folder, so that what it writes there is theirs: a
// container does not know by whom it was started. Becoming another user is all that its root may do.
import { statSync } from 'node:fs';
import process from 'node:process';
import { pathToFileURL } from 'node:url';

const { uid, gid } = statSync(process.env.P2P_FOLDER);
if (process.getuid() === 0 && uid !== 0) {
  process.setgroups([]);
  process.setgid(gid);
  process.setuid(uid);
}
process.argv.splice(1, 1);
await import(pathToFileURL(process.argv[1]).href);
