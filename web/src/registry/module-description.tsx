import type { ModuleName } from '@runwright/client';
import { useQuery } from '@tanstack/react-query';
import { laterWords } from '../words/later-words.ts';
import { Card } from '../parts/card.tsx';
import { Failed, Loading } from '../parts/page-state.tsx';
import { visibleText } from '../parts/visible-text.ts';
import { client } from '../session/client.ts';
import table from '../parts/table.module.css';

const R = laterWords.registry;
type Facts = Readonly<Record<string, unknown>>;

/** What the files of a version say of it. */
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
      <div className={table['scroll']}>
        <table className={table['table']}>
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {facts.map((each, index) => (
              <tr key={index}>
                <th scope="row" className="mono foreign">
                  {visibleText(textOf(each['name']))}
                </th>
                {row(each).map((cell, at) => (
                  <td key={at} className="foreign">
                    {visibleText(cell)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value);
