import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

function isOnPath(name: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, name)));
}

/** These tests run the real thing; where it is absent they are shown as skipped. */
export const withoutTerraform = !isOnPath('terraform');
export const withoutBubblewrap = withoutTerraform || !canUseBubblewrap();

function canUseBubblewrap(): boolean {
  try {
    execFileSync('bwrap', ['--unshare-all', '--ro-bind', '/', '/', '/bin/true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
