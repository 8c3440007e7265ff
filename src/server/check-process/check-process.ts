import { createRequire } from 'node:module';
import { runCheck, type CheckOptions } from '../../checks/apart/run-check.ts';
import type { AnswerTo, CheckRequest } from '../../checks/exchange.ts';
import { locateProgram } from '../database/embedded-program.ts';

export { CheckProblem } from '../../checks/apart/limited-process.ts';

/** The program that processes files written by users. @throws DatabaseProblem `not-built` */
export const locateCheckProgram = (): string => locateProgram('check.js');

/** A value for `files` of work that reads HCL, whose parser loads further files: the folder with all libraries. */
export const librariesOfHcl = (): string =>
  createRequire(import.meta.url)
    .resolve('@cdktf/hcl2json')
    .replace(/(.*[\\/]node_modules[\\/]).*/, '$1*');

/** As {@link runCheck}, with the program that belongs to this server. */
export const checkInProcess = async <Request extends CheckRequest>(
  request: Request,
  options: CheckOptions = {},
): Promise<AnswerTo<Request>> => await runCheck(locateCheckProgram(), request, options);
