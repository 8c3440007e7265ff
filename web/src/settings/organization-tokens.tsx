import { laterWords } from '../words/later-words.ts';
import { words } from '../words/words.ts';
import { Card } from '../parts/card.tsx';
import { NewToken } from '../forms/new-token.tsx';
import { TokenTable } from '../forms/token-table.tsx';
import { client } from '../session/client.ts';
import { useList } from './use-list.ts';

const T = laterWords.setting.tokens;

/** The token of the organization itself, and those of its teams. */
export function OrganizationTokens({ org }: { org: string }) {
  const { query, again } = useList(['team-tokens', org], (page) => client.tokens.ofTeams(org, page));
  return (
    <div className="stack">
      <Card title={T.organization}>
        <div className="stack">
          <p className="muted">{T.organizationText}</p>
          <div>
            <NewToken label={T.make} create={() => client.tokens.ofOrganization.create(org)} done={again} />
          </div>
        </div>
      </Card>
      <Card title={words.shell.sections.teams} flush>
        <TokenTable tokens={query.data ?? []} done={again} />
      </Card>
    </div>
  );
}
