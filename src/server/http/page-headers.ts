/**
 * What every HTML page is sent with: nothing runs or loads but what the policy names, nobody may frame it, and no address
 * of it leaves this server.
 *
 * @param policy directives of the Content-Security-Policy beside the ones that always hold
 */
export const pageHeaders = (policy: readonly string[]): Record<string, string> => ({
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': [
    "default-src 'none'",
    ...policy,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; '),
  // With no-referrer, browsers would send no Origin with a form either.
  'Referrer-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
});
