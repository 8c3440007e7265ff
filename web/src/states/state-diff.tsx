import type { StateVersion } from '@runwright/client';
import { laterWords } from '../words/later-words.ts';
import { visibleText } from '../parts/visible-text.ts';
import classes from './states.module.css';

const S = laterWords.page.states;

/** The number of instances of each resource in a state, by its address without a key. */
function countsOf(version: StateVersion | undefined): ReadonlyMap<string, number> {
  const resources = version?.attributes.resources ?? [];
  return new Map(
    resources.map(({ module, type, name, count }) => [
      `${module === 'root' ? '' : `${module}.`}${type}.${name}`,
      count,
    ]),
  );
}

/** The resources that were added or removed between two states. */
export function StateDiff({ version, before }: { version: StateVersion; before: StateVersion | undefined }) {
  const [is, was] = [countsOf(version), countsOf(before)];
  const addresses = [...new Set([...is.keys(), ...was.keys()])].toSorted();
  const changed = addresses
    .map((address) => ({ address, by: (is.get(address) ?? 0) - (was.get(address) ?? 0) }))
    .filter(({ by }) => by !== 0);
  const { attributes: a } = version;
  return (
    <div className={classes['diff']}>
      {changed.length === 0 ? (
        <p className="muted">{S.same}</p>
      ) : (
        <ul>
          {changed.map(({ address, by }) => (
            <li key={address} className={by > 0 ? classes['added'] : classes['removed']}>
              <span aria-hidden>{by > 0 ? '+' : '−'}</span>
              <span className="sr-only">{by > 0 ? S.added : S.removed}</span> {Math.abs(by)}{' '}
              <code className="foreign">{visibleText(address)}</code>
            </li>
          ))}
        </ul>
      )}
      <p className="muted">
        <code>{version.id}</code> · {a.size.toLocaleString('en')} B · {a['terraform-version'] ?? '–'}
      </p>
    </div>
  );
}
