import type { ModuleName } from '@runwright/client';
import { useQuery } from '@tanstack/react-query';
import { laterWords } from '../words/later-words.ts';
import { Card } from '../parts/card.tsx';
import { Failed, Loading } from '../parts/page-state.tsx';
import { RowTable } from '../parts/row-table.tsx';
import { visibleText } from '../parts/visible-text.ts';
import { client } from '../session/client.ts';
import table from '../parts/table.module.css';

const R = laterWords.registry;
type Facts = Readonly<Record<string, unknown>>;

/** The facts from the files of a version. */
export function ModuleDescription({ name, version }: { name: ModuleName; version: string }) {
  const details = useQuery({
    queryKey: ['module-details', name, version],
    queryFn: ({ signal }) => client.registryModules.describe(name, version, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (details.isPending) return <Loading />;
  if (details.isError) return <Failed error={details.error} retry={() => void details.refetch()} />;
  const {
    readme = '',
    inputs = [],
    outputs = [],
    provider_dependencies: providers = [],
  } = details.data.root ?? {};
  return (
    <>
      <FactTable
        title={R.inputs}
        columns={[R.name, R.type, R.description, R.byDefault]}
        facts={inputs}
        row={(input) => [
          textOf(input['type']),
          textOf(input['description']),
          input['required'] === true ? R.required : textOf(input['default']),
        ]}
      />
      <FactTable
        title={R.outputs}
        columns={[R.name, R.description]}
        facts={outputs}
        row={(output) => [textOf(output['description'])]}
      />
      <FactTable
        title={R.dependencies}
        columns={[R.name, R.version]}
        facts={providers}
        row={(provider) => [textOf(provider['version'])]}
      />
      {readme !== '' && (
        <Card title={R.readme}>
          <div className={table['value']}>
            <pre className="foreign" tabIndex={0}>
              {visibleText(readme)}
            </pre>
          </div>
        </Card>
      )}
    </>
  );
}

interface TableProps {
  title: string;
  columns: readonly string[];
  facts: readonly Facts[];
  /** The cells after the name. */
  row: (facts: Facts) => readonly string[];
}

function FactTable({ title, columns, facts, row }: TableProps) {
  if (facts.length === 0) return null;
  return (
    <Card title={title} flush>
      <RowTable
        columns={columns}
        items={facts}
        keyOf={(_, index) => index}
        row={(each) => [textOf(each['name']), ...row(each)].map(visibleText)}
        nameClass="mono foreign"
      />
    </Card>
  );
}

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value);
