/** A part of the API that HCP Terraform documents together, and the shapes that its routes come in. */
export interface Area {
  name: string;
  endpoints: readonly string[];
  /** Why those of it are out that are neither served nor refused in words. */
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
