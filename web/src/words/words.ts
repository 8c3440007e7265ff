/**
 * Every text of the pages that is not one of the API's own words. To translate them, give an object of this type in
 * another language.
 */
import { actionWords } from './action-words.ts';
import { changeWords } from './change-words.ts';
import { fileWords } from './file-words.ts';
import { formWords } from './form-words.ts';
import { gateWords } from './gate-words.ts';
import { graphWords } from './graph-words.ts';
import { logWords } from './log-words.ts';
import { pageWords } from './page-words.ts';
import { runWords } from './run-words.ts';
import { settingWords } from './setting-words.ts';
import { shellWords } from './shell-words.ts';

export const words = {
  action: actionWords,
  change: changeWords,
  file: fileWords,
  form: formWords,
  gate: gateWords,
  graph: graphWords,
  log: logWords,
  page: pageWords,
  run: runWords,
  setting: settingWords,
  shell: shellWords,
} as const;
