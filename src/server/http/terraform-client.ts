/** Whether a request is one of the terraform CLI's: it names its version in each, with both of its backends. */
export const isTerraform = (headers: Record<string, unknown>): boolean =>
  headers['terraform-version'] !== undefined;
