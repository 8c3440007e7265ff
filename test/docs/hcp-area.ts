/** A part of the API that HCP Terraform documents as one page, and helpers for common shapes of routes. */
export interface Area {
  name: string;
  endpoints: readonly string[];
  /** Why its endpoints are out that are neither served nor refused with a reason. */
  out?: string;
}

export const crud = (list: string, one: string, update = 'PATCH'): string[] => [
  `GET ${list}`,
  `POST ${list}`,
  `GET ${one}`,
  `${update} ${one}`,
  `DELETE ${one}`,
];

export const changes = (path: string, ...methods: string[]): string[] =>
  methods.map((method) => `${method} ${path}`);

export const backingData = (owner: string, separator: '-' | '_'): string[] =>
  ['soft-delete', 'restore', 'permanently-delete'].map(
    (action) => `POST /${owner}/:id/actions/${`${action}-backing-data`.replaceAll('-', separator)}`,
  );
