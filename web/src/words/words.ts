/**
 * Every text of the pages that is not one of the API's own words is here, in `later-words.ts`, in `sign-in-words.ts`
 * or in `overlay-words.ts`. A translation is an object of this type in another language.
 */
import { actionWords } from './action-words.ts';
import { changeWords } from './change-words.ts';
import { formWords } from './form-words.ts';
import { gateWords } from './gate-words.ts';
import { logWords } from './log-words.ts';
import { pageWords } from './page-words.ts';
import { runWords } from './run-words.ts';
import { shellWords } from './shell-words.ts';

export const words = {
  action: actionWords,
  change: changeWords,
  form: formWords,
  gate: gateWords,
  log: logWords,
  page: pageWords,
  run: runWords,
  shell: shellWords,
} as const;
