import { words } from '../words/words.ts';
import { Card } from '../parts/card.tsx';
import { Empty } from '../parts/page-state.tsx';
import { visibleText } from '../parts/visible-text.ts';
import type { RunView } from './run-view.ts';
import table from '../parts/table.module.css';

/** The variables of this run alone. */
export function VariablesTab({ view }: { view: RunView }) {
  const variables = view.run.attributes.variables ?? [];
  if (variables.length === 0)
    return (
      <Empty icon="list" title={words.run.tabs.variables}>
        {words.run.noVariables}
      </Empty>
    );
  return (
    <Card title={words.run.tabs.variables} flush>
      <table className={table['table']}>
        <tbody>
          {variables.map(({ key, value }) => (
            <tr key={key}>
              <th scope="row" className="mono foreign">
                {visibleText(key)}
              </th>
              <td className="mono foreign">{visibleText(value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}
