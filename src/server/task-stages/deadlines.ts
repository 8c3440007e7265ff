/** Until a service has said anything, counted from when its stage began (api-contract §4.7). */
export const FIRST_ANSWER_MS = 10 * 60_000;
/** Until it has said how it ended. */
export const TOTAL_MS = 60 * 60_000;
