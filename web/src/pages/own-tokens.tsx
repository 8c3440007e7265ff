import { useQuery, useQueryClient } from '@tanstack/react-query';
import { laterWords } from '../words/later-words.ts';
import { Card } from '../parts/card.tsx';
import { Failed, Loading } from '../parts/page-state.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { useAccount } from '../session/account.ts';
import { client } from '../session/client.ts';
import { readEvery } from '../session/read-every.ts';
import { NewToken } from '../forms/new-token.tsx';
import { TokenTable } from '../forms/token-table.tsx';
import { useTitle } from '../shell/use-title.ts';

const T = laterWords.setting.tokens;

export function OwnTokensPage() {
  useTitle(T.title);
  const queries = useQueryClient();
  const userId = useAccount().data?.id ?? '';
  const key = ['tokens', userId];
  const tokens = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => readEvery((page) => client.tokens.ofUser.list(userId, page), signal),
    enabled: userId !== '',
  });
  const again = (): Promise<void> => queries.invalidateQueries({ queryKey: key });
  return (
    <>
      <PageHead title={T.title} text={T.login}>
        <NewToken
          create={(description) => client.tokens.ofUser.create(userId, { description })}
          done={again}
        />
      </PageHead>
      {tokens.isPending ? (
        <Loading />
      ) : tokens.isError ? (
        <Failed error={tokens.error} retry={() => void tokens.refetch()} />
      ) : (
        <Card flush>
          <TokenTable tokens={tokens.data.data} done={again} />
        </Card>
      )}
    </>
  );
}
