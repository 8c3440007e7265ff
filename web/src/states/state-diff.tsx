import { Select } from '@mantine/core';
import type { StateVersion } from '@runwright/client';
import { useQuery } from '@tanstack/react-query';
import { laterWords } from '../words/later-words.ts';
import { visibleText } from '../parts/visible-text.ts';
import { DiffView } from '../changes/diff-view.tsx';
import { client } from '../session/client.ts';
import { diffOf } from './diff-of.ts';
import { outputHistories, outputsIn } from './output-histories.ts';
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

interface Props {
  version: StateVersion;
  /** undefined: the version is the first one. */
  before: StateVersion | undefined;
  versions: readonly StateVersion[];
  compareWith: (id: string | undefined) => void;
}

/** The resources that were added or removed between two states, and the outputs that changed. */
export function StateDiff({ version, before, versions, compareWith }: Props) {
  const [is, was] = [countsOf(version), countsOf(before)];
  const addresses = [...new Set([...is.keys(), ...was.keys()])].toSorted();
  const changed = addresses
    .map((address) => ({ address, by: (is.get(address) ?? 0) - (was.get(address) ?? 0) }))
    .filter(({ by }) => by !== 0);
  const { attributes: a } = version;
  return (
    <div className={classes['diff']}>
      <Select
        size="xs"
        className={classes['other'] ?? ''}
        label={S.comparedWith}
        value={before?.id ?? null}
        placeholder={S.nothing}
        data={versions
          .filter(({ id }) => id !== version.id)
          .map(({ id, attributes: { serial } }) => ({ value: id, label: `${S.serial} ${String(serial)}` }))}
        onChange={(id) => compareWith(id ?? undefined)}
      />
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
      <OutputDiff version={version} before={before} />
      <p className="muted">
        <code>{version.id}</code> · {a.size.toLocaleString('en')} B · {a['terraform-version'] ?? '–'}
      </p>
    </div>
  );
}

function OutputDiff({ version, before }: Pick<Props, 'version' | 'before'>) {
  const outputs = useQuery({
    queryKey: ['outputs', version.id, before?.id],
    // A version's own list of outputs would hold the sensitive values too; this answer never does.
    queryFn: async ({ signal }) => {
      const ids = [version.id, ...(before === undefined ? [] : [before.id])];
      const read = ids.map((id) => client.stateVersions.document(id, { include: ['outputs'], signal }));
      return (await Promise.all(read)).flatMap(({ included = [] }) => included);
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (outputs.data === undefined) return null;
  const pair = before === undefined ? [version] : [version, before];
  const histories = outputHistories(pair, outputsIn(outputs.data), before === undefined);
  const changes = histories.flatMap(({ name, changes: [change] }) =>
    change === undefined ? [] : [{ name, json: diffOf(change) }],
  );
  if (changes.length === 0) return <p className="muted">{S.sameOutputs}</p>;
  return (
    <ul aria-label={S.outputs}>
      {changes.map(({ name, json }) => (
        <li key={name}>
          <code className="foreign">{visibleText(name)}</code>
          <DiffView json={json} />
        </li>
      ))}
    </ul>
  );
}
