import { words } from '../words/words.ts';
import { Icon } from '../parts/icon.tsx';
import { Card } from '../parts/card.tsx';
import { visibleText } from '../parts/visible-text.ts';
import type { Check } from './plan.ts';

/** The conditions in the configuration; passed ones are only counted. */
export function Checks({ checks }: { checks: readonly Check[] }) {
  const notable = checks.filter(({ status }) => status === 'fail' || status === 'error');
  if (notable.length === 0) return null;
  return (
    <Card title={words.change.checks}>
      <ul className="stack plain">
        {notable.map(({ name, problems }) => (
          <li key={name}>
            <span className="row">
              <Icon name="warning" size={14} />
              <code className="foreign">{visibleText(name)}</code>
            </span>
            {problems.map((problem) => (
              <p key={problem} className="muted foreign">
                {visibleText(problem)}
              </p>
            ))}
          </li>
        ))}
      </ul>
    </Card>
  );
}
