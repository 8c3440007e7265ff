import type { Variable } from '@runwright/client';
import type { ReactNode } from 'react';
import { words } from '../words/words.ts';
import { Badge } from '../parts/badge.tsx';
import { Icon } from '../parts/icon.tsx';
import { visibleText } from '../parts/visible-text.ts';
import table from '../parts/table.module.css';

const V = words.form.variable;

export function VariableTable({
  variables,
  tools,
  note,
}: {
  variables: readonly Variable[];
  tools?: (variable: Variable) => ReactNode;
  /** What is to be known about a variable, below its name. */
  note?: (variable: Variable) => ReactNode;
}) {
  return (
    <div className={table['scroll']}>
      <table className={`${table['table'] ?? ''} ${table['stacks'] ?? ''}`}>
        <thead>
          <tr>
            <th scope="col">{V.key}</th>
            <th scope="col">{V.value}</th>
            <th scope="col">{V.category}</th>
            {tools !== undefined && <td />}
          </tr>
        </thead>
        <tbody>
          {variables.map((variable) => {
            const noted = note?.(variable) ?? null;
            const { key, value, category, sensitive, hcl, description } = variable.attributes;
            return (
              <tr key={variable.id}>
                <th scope="row" className="foreign">
                  <span className="mono">{visibleText(key)}</span>
                  {description && <div className="muted">{visibleText(description)}</div>}
                  {noted !== null && <div className="muted">{noted}</div>}
                </th>
                <td className="mono foreign" data-label={V.value}>
                  {sensitive === true ? (
                    <span className="row muted">
                      <Icon name="lock" size={13} /> {V.hidden}
                    </span>
                  ) : (
                    visibleText(value ?? '')
                  )}
                </td>
                <td className="nowrap" data-label={V.category}>
                  {category === 'env' ? V.env : V.terraform} {hcl === true && <Badge>HCL</Badge>}
                </td>
                {tools !== undefined && <td className={table['end']}>{tools(variable)}</td>}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
