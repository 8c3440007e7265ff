/** A terraform whose plans can be slowed down, so that a test can act during them. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

/** The name of a file that slows down the plans of the configuration beside it. */
export const SLOW_PLAN = 'slow-plan';

/** @returns the path of the program, for RUNWRIGHT_ENGINE */
export function writeSlowEngine(folder: string): string {
  const terraform = execFileSync('which', ['terraform'], { encoding: 'utf8' }).trim();
  const engine = path.join(folder, 'terraform');
  const wait = `if [ "$1" = plan ] && [ -e ${SLOW_PLAN} ]; then trap 'kill $!; exit 1' INT; sleep 30 & wait $!; fi`;
  writeFileSync(engine, `#!/bin/sh\n${wait}\nexec ${terraform} "$@"\n`, { mode: 0o755 });
  return engine;
}
