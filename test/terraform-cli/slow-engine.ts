/** Terraform whose plans can be made slow, so that something can happen during them. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

/** A file beside a configuration that makes its plans slow. */
export const SLOW_PLAN = 'slow-plan';

/** @returns the path of the program, for RUNWRIGHT_ENGINE */
export function writeSlowEngine(folder: string): string {
  const terraform = execFileSync('which', ['terraform'], { encoding: 'utf8' }).trim();
  const engine = path.join(folder, 'terraform');
  const wait = `if [ "$1" = plan ] && [ -e ${SLOW_PLAN} ]; then trap 'kill $!; exit 1' INT; sleep 30 & wait $!; fi`;
  writeFileSync(engine, `#!/bin/sh\n${wait}\nexec ${terraform} "$@"\n`, { mode: 0o755 });
  return engine;
}
