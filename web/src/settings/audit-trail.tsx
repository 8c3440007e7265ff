import type { AuditEvent } from '@runwright/client';
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { laterWords } from '../words/later-words.ts';
import { words } from '../words/words.ts';
import { Age } from '../parts/time.tsx';
import { visibleText } from '../parts/visible-text.ts';
import { client } from '../session/client.ts';
import { SimpleList } from './simple-list.tsx';

const A = laterWords.setting.audit;
const PAGE = 100;

const textOf = (record: Readonly<Record<string, unknown>>, ...names: string[]): string =>
  names
    .map((name) => record[name])
    .filter((value) => typeof value === 'string')
    .map((value) => visibleText(String(value)))
    .join(' ');

/** The changes and their authors, oldest first, from the sealed audit trail. */
export function AuditTrail({ org }: { org: string }) {
  const [page, setPage] = useState(1);
  const query = useQuery({
    queryKey: ['audit', org, page],
    queryFn: async ({ signal }): Promise<readonly AuditEvent[]> =>
      (await client.auditTrail.list({ organization: org, pageNumber: page, pageSize: PAGE, signal })).data,
    placeholderData: (before) => before,
  });
  return (
    <>
      <SimpleList
        query={query}
        columns={[A.what, A.on, A.who, A.when]}
        keyOf={({ id }) => id}
        row={(event) => [
          textOf(event.resource, 'action'),
          <code key="on">{textOf(event.resource, 'type', 'id')}</code>,
          textOf(event.auth, 'description', 'accessor_id'),
          <Age key="when" at={event.timestamp} />,
        ]}
      />
      <div className="row" style={{ justifyContent: 'flex-end', marginTop: 12 }}>
        <Button variant="default" disabled={page === 1} onClick={() => setPage(page - 1)}>
          {words.page.runs.older}
        </Button>
        <Button
          variant="default"
          disabled={(query.data?.length ?? 0) < PAGE}
          onClick={() => setPage(page + 1)}
        >
          {words.page.runs.newerPage}
        </Button>
      </div>
    </>
  );
}
