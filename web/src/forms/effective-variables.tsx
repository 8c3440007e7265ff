import {
  relatedId,
  type ListDocument,
  type Resource,
  type Variable,
  type VariableSet,
} from '@runwright/client';
import { Link } from '@tanstack/react-router';
import { laterWords } from '../words/later-words.ts';
import { words } from '../words/words.ts';
import { Badge } from '../parts/badge.tsx';
import { Card } from '../parts/card.tsx';
import { Icon } from '../parts/icon.tsx';
import { RowTable } from '../parts/row-table.tsx';
import { visibleText } from '../parts/visible-text.ts';
import { usePlace } from '../place/use-place.ts';
import classes from './effective-variables.module.css';

const V = words.form.variable;
const E = laterWords.page.variables;

/** The variables that the next run gets, where each comes from, and the values that it hides. */
export function EffectiveVariables({ variables }: { variables: ListDocument<Variable> }) {
  const included = variables.included ?? [];
  return (
    <Card title={E.title} flush>
      <p className={classes['order']}>{E.order}</p>
      <RowTable
        columns={[V.key, V.value, V.category, E.from]}
        items={variables.data}
        keyOf={({ id }) => id}
        nameClass="foreign mono"
        row={(variable) => [
          visibleText(variable.attributes.key),
          <Value key="value" variable={variable} />,
          <Kind key="kind" variable={variable} />,
          <div key="from" className={classes['from']}>
            <Origin variable={variable} included={included} />
            <Hidden variable={variable} included={included} />
          </div>,
        ]}
      />
    </Card>
  );
}

/** The variable that counts in place of the one with this id. */
export const winnerOver = (id: string, { data }: ListDocument<Variable>): Variable | undefined =>
  data.find((winner) => overwrittenIn(winner).includes(id));

export function overwrittenIn({ relationships }: Variable): readonly string[] {
  const data = relationships?.['overwritten']?.data;
  return Array.isArray(data) ? data.map(({ id }: { id: string }) => id) : [];
}

const Kind = ({ variable: { attributes: a } }: { variable: Variable }) => (
  <span className="nowrap">
    {a.category === 'env' ? V.env : V.terraform} {a.hcl === true && <Badge>HCL</Badge>}
  </span>
);

/** A long value is folded: the table stays one that is read at a glance. */
function Value({ variable: { attributes: a } }: { variable: Variable }) {
  if (a.sensitive === true)
    return (
      <span className="row muted">
        <Icon name="lock" size={13} /> {V.hidden}
      </span>
    );
  const text = visibleText(a.value ?? '');
  if (text.length <= 200) return <span className={`mono ${classes['value'] ?? ''}`}>{text}</span>;
  return (
    <details className={classes['long']}>
      <summary>
        <span className="mono">{text.slice(0, 60)}…</span> {E.length(text.length)}
      </summary>
      <pre className={classes['value']}>{text}</pre>
    </details>
  );
}

interface WithIncluded {
  variable: Variable;
  included: readonly Resource[];
}

/** The workspace, or the set with how it reaches the workspace. */
export function Origin({ variable, included }: WithIncluded) {
  const { org } = usePlace();
  const id = relatedId(variable, 'varset');
  if (id === undefined) return <span>{E.workspace}</span>;
  const set = included.find((each) => each.id === id) as VariableSet | undefined;
  if (set === undefined) return <span>{E.someSet}</span>;
  const { name, global: isGlobal, priority } = set.attributes;
  const isOfProject = set.relationships?.['parent']?.data;
  return (
    <span className={classes['origin']}>
      <Link to="/$org/settings/$section" params={{ org, section: 'variable-sets' }}>
        {visibleText(name)}
      </Link>
      {priority === true && <Badge>{E.priority}</Badge>}
      {isGlobal === true && <Badge>{E.global}</Badge>}
      {isOfProject !== null && isOfProject !== undefined && 'type' in isOfProject
        ? isOfProject.type === 'projects' && <Badge>{E.ofProject}</Badge>
        : null}
    </span>
  );
}

function Hidden({ variable, included }: WithIncluded) {
  const hidden = overwrittenIn(variable).flatMap(
    (id) => (included.find((each) => each.id === id) as Variable | undefined) ?? [],
  );
  if (hidden.length === 0) return null;
  return (
    <details className={classes['hidden']}>
      <summary>{E.hides(hidden.length)}</summary>
      <ol>
        {hidden.map((each) => (
          <li key={each.id}>
            <Origin variable={each} included={included} />
            <Value variable={each} />
          </li>
        ))}
      </ol>
    </details>
  );
}
