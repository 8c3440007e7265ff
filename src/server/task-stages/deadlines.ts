/** The time for a service's first sign of life, from the start of its stage (api-contract §4.7). */
export const FIRST_ANSWER_MS = 10 * 60_000;
/** The time for a service's final result. */
export const TOTAL_MS = 60 * 60_000;
