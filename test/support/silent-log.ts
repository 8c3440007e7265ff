/** A log that drops everything, for tests that look only at results. */
export const silentLog = {
  info(): void {},
  warn(): void {},
};
