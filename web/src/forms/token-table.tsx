import type { Token } from '@runwright/client';
import { laterWords } from '../words/later-words.ts';
import { words } from '../words/words.ts';
import { ConfirmDelete } from '../parts/confirm-delete.tsx';
import { Age } from '../parts/time.tsx';
import { visibleText } from '../parts/visible-text.ts';
import { client } from '../session/client.ts';
import table from '../parts/table.module.css';

const S = laterWords.setting;

/** Tokens without their secrets, which are shown only once, when they are made. */
export function TokenTable({ tokens, done }: { tokens: readonly Token[]; done: () => Promise<unknown> }) {
  if (tokens.length === 0)
    return (
      <p className="muted" style={{ padding: 16 }}>
        {S.none}
      </p>
    );
  return (
    <div className={table['scroll']}>
      <table className={`${table['table'] ?? ''} ${table['stacks'] ?? ''}`}>
        <thead>
          <tr>
            <th scope="col">{words.form.description}</th>
            <th scope="col">{S.created}</th>
            <th scope="col">{S.lastUsed}</th>
            <th scope="col">{S.ends}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {tokens.map(({ id, attributes: a }) => (
            <tr key={id}>
              <th scope="row" className="foreign">
                {visibleText(a.description ?? '–')}
              </th>
              <td data-label={S.created}>
                <Age at={a['created-at']} />
              </td>
              <td data-label={S.lastUsed}>{a['last-used-at'] ? <Age at={a['last-used-at']} /> : S.never}</td>
              <td data-label={S.ends}>
                {a['expired-at'] ? new Date(a['expired-at']).toLocaleDateString() : S.never}
              </td>
              <td className={table['end']}>
                <ConfirmDelete
                  button={S.tokens.revoke}
                  title={`${S.tokens.revoke}: ${a.description ?? id}`}
                  text={S.tokens.revokeText}
                  act={async () => {
                    await client.tokens.delete(id);
                    await done();
                  }}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
