/** What the service account of a team or an organization is called, by the id of its owner (api-contract §5.8). */
export const serviceName = (ownerId: string): string => `api-${ownerId}`;

/** Whether a service account is called so, or may be some day: a person of that name would stand in its way. */
export const isServiceName = (username: string): boolean => /^api-(team|org)-/i.test(username);
