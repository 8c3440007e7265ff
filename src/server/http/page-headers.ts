/**
 * The headers of every HTML page: only what the policy names runs or loads, no site may frame the page, and none of its
 * addresses leaves this server.
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
  // With no-referrer, browsers would not send the Origin of a form either.
  'Referrer-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
});
