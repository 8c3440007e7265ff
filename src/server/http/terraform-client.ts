/** Whether a request comes from the terraform CLI: it names its version in each, with both of its backends. */
export const isTerraform = (headers: Record<string, unknown>): boolean =>
  headers['terraform-version'] !== undefined;

/** Whether a request comes from this project's own command line, which names itself in its `User-Agent`. */
export const isOwnCommandLine = (headers: Record<string, unknown>): boolean =>
  typeof headers['user-agent'] === 'string' && /^runwright\/\d/.test(headers['user-agent']);
