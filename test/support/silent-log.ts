/** A log for tests that look at results, not at what is said on the way. */
export const silentLog = {
  info(): void {},
  warn(): void {},
};
