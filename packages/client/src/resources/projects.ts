import { readList, type ListDocument, type Resource } from '../json-api.ts';
import { path } from '../path.ts';
import { pageQuery, type PageRequest } from '../query.ts';
import type { CallOptions, Transport } from '../transport.ts';

export interface ProjectAttributes {
  readonly name: string;
  readonly description: string | null;
  readonly 'created-at': string;
}
export type Project = Resource<ProjectAttributes>;

/** `api-contract §5.2`. */
export function projects(transport: Transport) {
  return {
    async list(
      organization: string,
      page: PageRequest & CallOptions & { readonly q?: string } = {},
    ): Promise<ListDocument<Project>> {
      const answer = await transport.call({
        method: 'GET',
        path: path`organizations/${organization}/projects`,
        query: { ...pageQuery(page), q: page.q },
        signal: page.signal,
      });
      return readList(answer);
    },
  };
}
