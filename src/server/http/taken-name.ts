import { isUniqueViolation } from '../database/violations.ts';
import { refuse } from './refusal.ts';

/** @throws 422 with the text that clients of the API know */
export const refuseTakenName = (): never =>
  refuse('invalid_attribute', 'Name has already been taken', '/data/attributes/name');

/** Refuses a write in which only the name is unique, after its error. @throws 422, or the error as it is */
export function refuseIfNameIsTaken(error: unknown): never {
  if (isUniqueViolation(error)) refuseTakenName();
  throw error;
}
