import { laterWords } from '../words/later-words.ts';
import { ConfirmDelete } from '../parts/confirm-delete.tsx';
import { client } from '../session/client.ts';
import { SimpleList } from './simple-list.tsx';
import { useList } from './use-list.ts';

const M = laterWords.setting.members;

export function Members({ org }: { org: string }) {
  const { query, again } = useList(['members', org], (page) => client.memberships.list(org, page));
  return (
    <SimpleList
      query={query}
      columns={[laterWords.page.organizations.email, M.status, M.teams, '']}
      keyOf={({ id }) => id}
      row={({ id, attributes: a, relationships }) => {
        const teams = relationships?.['teams']?.data;
        return [
          a.email,
          a.status,
          Array.isArray(teams) ? teams.length : 0,
          <ConfirmDelete
            key="remove"
            button={M.remove}
            title={`${M.remove}: ${a.email ?? id}`}
            act={async () => {
              await client.memberships.delete(id);
              await again();
            }}
          />,
        ];
      }}
    />
  );
}
