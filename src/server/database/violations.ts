const UNIQUE = '23505';
/**
 * The errors of requests that collide: a unique key, a row that refers to one that has just been removed, and a
 * transaction that PostgreSQL gave up in favour of another one.
 */
const COLLISIONS: readonly unknown[] = [UNIQUE, '23503', '40001', '40P01'];

const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;

/** Whether the database refused a row because another one has the same unique key. */
export const isUniqueViolation = (error: unknown): boolean => codeOf(error) === UNIQUE;

/** Whether the database refused a change that another request made impossible at the same time: none of it happened. */
export const isCollision = (error: unknown): boolean => COLLISIONS.includes(codeOf(error));
