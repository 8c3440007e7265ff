/** The name of the service account of a team or an organization, by the id of its owner (api-contract §5.8). */
export const serviceName = (ownerId: string): string => `api-${ownerId}`;

/** Whether the name is reserved for service accounts: a person of that name would stand in the way of a later one. */
export const isServiceName = (username: string): boolean => /^api-(team|org)-/i.test(username);
