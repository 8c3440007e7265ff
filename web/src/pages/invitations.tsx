import { Button } from '@mantine/core';
import { relatedId } from '@runwright/client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { laterWords } from '../words/later-words.ts';
import { Card } from '../parts/card.tsx';
import { Refused } from '../parts/refused.tsx';
import { client } from '../session/client.ts';
import { readEvery } from '../session/read-every.ts';

const O = laterWords.page.organizations;

/** Organizations that invite this user. */
export function Invitations() {
  const queries = useQueryClient();
  const mine = useQuery({
    queryKey: ['memberships'],
    queryFn: ({ signal }) => readEvery((page) => client.memberships.mine(page), signal),
  });
  const accept = useMutation({
    mutationFn: (id: string) => client.memberships.accept(id),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['memberships'] });
      await queries.invalidateQueries({ queryKey: ['organizations'] });
    },
  });
  const invited = mine.data?.data.filter(({ attributes }) => attributes.status === 'invited') ?? [];
  if (invited.length === 0) return null;
  return (
    <Card title={O.invitations}>
      <div className="stack">
        {invited.map((membership) => (
          <div key={membership.id} className="row spread">
            <b className="foreign">{relatedId(membership, 'organization')}</b>
            <Button loading={accept.isPending} onClick={() => accept.mutate(membership.id)}>
              {O.accept}
            </Button>
          </div>
        ))}
        <Refused error={accept.error} />
      </div>
    </Card>
  );
}
