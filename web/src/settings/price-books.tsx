import type { PriceBook } from '@runwright/client';
import { laterWords } from '../words/later-words.ts';
import { words } from '../words/words.ts';
import { ConfirmDelete } from '../parts/confirm-delete.tsx';
import { UploadButton } from '../parts/upload-button.tsx';
import { client } from '../session/client.ts';
import { SimpleList } from './simple-list.tsx';
import { useList } from './use-list.ts';

const B = laterWords.setting.priceBooks;
const ACCEPT = '.yaml,.yml,.json';
/** Characters that a book's name must not have. */
const NOT_IN_NAMES = /[^\w-]+/g;

/** The prices for the resources of runs. */
export function PriceBooks({ org }: { org: string }) {
  const { query, again } = useList(['price-books', org], (page) => client.priceBooks.list(org, page));
  const create = async (file: File): Promise<void> => {
    const name = file.name.replace(/\.(ya?ml|json)$/i, '').replace(NOT_IN_NAMES, '-');
    await client.priceBooks.create(org, { name, document: await file.text() });
    await again();
  };
  return (
    <div className="stack">
      <div>
        <UploadButton button={B.create} accept={ACCEPT} act={create} />
        <p className="muted">{B.text}</p>
      </div>
      <SimpleList
        query={query}
        columns={[words.form.name, B.version, B.currency, B.date, B.prices, '']}
        keyOf={({ id }) => id}
        row={({ id, attributes: a }) => [
          a.name,
          a.version,
          a.currency,
          a.date,
          a['prices-count'],
          <Tools key="tools" id={id} name={a.name} again={again} />,
        ]}
      />
    </div>
  );
}

function Tools({
  id,
  name,
  again,
}: Pick<PriceBook, 'id'> & Pick<PriceBook['attributes'], 'name'> & { again: () => Promise<void> }) {
  return (
    <span className="row">
      <UploadButton
        button={B.newVersion}
        accept={ACCEPT}
        act={async (file) => {
          await client.priceBooks.update(id, { document: await file.text() });
          await again();
        }}
      />
      <ConfirmDelete
        button={words.form.delete}
        title={`${words.form.delete}: ${name}`}
        text={B.deleteText}
        act={async () => {
          await client.priceBooks.delete(id);
          await again();
        }}
      />
    </span>
  );
}
