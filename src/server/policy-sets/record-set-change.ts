import { recorderOf } from '../access/record-change.ts';

export const recordSetChange = recorderOf('policy-sets');
