/** Whether a request is one of the terraform CLI's: it names its version in each, with both of its backends. */
export const isTerraform = (headers: Record<string, unknown>): boolean =>
  headers['terraform-version'] !== undefined;

/** Whether it is one of this project's own command line, which is called so in its `User-Agent`. */
export const isOwnCommandLine = (headers: Record<string, unknown>): boolean =>
  typeof headers['user-agent'] === 'string' && /^runwright\/\d/.test(headers['user-agent']);
