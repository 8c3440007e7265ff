import { laterWords } from '../words/later-words.ts';
import { signInWords } from '../words/sign-in-words.ts';
import { words } from '../words/words.ts';
import { Badge } from '../parts/badge.tsx';
import { ConfirmDelete } from '../parts/confirm-delete.tsx';
import { client } from '../session/client.ts';
import { AskName } from './ask-name.tsx';
import { SimpleList } from './simple-list.tsx';
import { useList } from './use-list.ts';

const T = laterWords.setting.teams;

/** Teams, their members and their rights in the organization. */
export function Teams({ org }: { org: string }) {
  const { query, again } = useList(['teams', org], (page) => client.teams.list(org, page));
  return (
    <SimpleList
      query={query}
      title={words.shell.sections.teams}
      aside={
        <AskName
          button={T.create}
          label={words.form.name}
          attribute="name"
          act={async (name) => {
            await client.teams.create(org, { name });
            await again();
          }}
        />
      }
      columns={[words.form.name, T.members, T.visibility, T.access, '']}
      keyOf={({ id }) => id}
      row={({ id, attributes: a }) => [
        a.name,
        a['users-count'],
        a.visibility === 'secret' ? T.secret : T.everybody,
        <span key="rights" className="row">
          {Object.entries(a['organization-access'] ?? {})
            .filter(([, has]) => has)
            .slice(0, 4)
            .map(([right]) => (
              <Badge key={right}>{right.replaceAll('-', ' ')}</Badge>
            ))}
        </span>,
        <span key="tools" className="row">
          <AskName
            button={T.addMember}
            label={signInWords.username}
            attribute="id"
            act={async (username) => {
              await client.teams.addUsers(id, [username]);
              await again();
            }}
          />
          {a.name !== 'owners' && (
            <ConfirmDelete
              button={words.form.delete}
              title={T.delete}
              act={async () => {
                await client.teams.delete(id);
                await again();
              }}
            />
          )}
        </span>,
      ]}
    />
  );
}
