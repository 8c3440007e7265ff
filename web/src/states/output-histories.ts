import { relatedIds, type Output, type Resource, type StateVersion } from '@runwright/client';
import { writeExactJson } from '@runwright/models';

/** A change of an output from one state version to the next. */
export interface OutputChange {
  version: StateVersion;
  action: 'create' | 'update' | 'delete';
  before: Output | undefined;
  after: Output | undefined;
}

export interface OutputHistory {
  name: string;
  /** undefined: the newest state version has no such output. */
  now: Output | undefined;
  /** The newest first. */
  changes: readonly OutputChange[];
}

/** The outputs among included resources. */
export const outputsIn = (included: readonly Resource[]): readonly Output[] =>
  included.filter(({ type }) => type === 'state-version-outputs') as unknown as readonly Output[];

/**
 * The changes of each output, by name; outputs that are no longer there come last.
 *
 * @param versions the newest first
 * @param outputs those of all versions. A sensitive value is null, so a change from one sensitive value to another is unknown.
 * @param isWhole whether the last version is the first one of the workspace: its outputs were created by it
 */
export function outputHistories(
  versions: readonly StateVersion[],
  outputs: readonly Output[],
  isWhole: boolean,
): readonly OutputHistory[] {
  const byId = new Map(outputs.map((output) => [output.id, output]));
  const outputsOf = versions.map((version) => {
    const own = relatedIds(version, 'outputs').flatMap((id) => byId.get(id) ?? []);
    return new Map(own.map((output) => [output.attributes.name, output]));
  });
  const names = [...new Set(outputsOf.flatMap((own) => [...own.keys()]))].toSorted();
  return names
    .map((name) => ({
      name,
      now: outputsOf[0]?.get(name),
      changes: versions.flatMap((version, index) => {
        const isFirst = index === versions.length - 1;
        if (isFirst && !isWhole) return [];
        const [before, after] = [outputsOf[index + 1]?.get(name), outputsOf[index]?.get(name)];
        const action = actionOf(before, after);
        return action === undefined ? [] : [{ version, action, before, after }];
      }),
    }))
    .toSorted((a, b) => Number(a.now === undefined) - Number(b.now === undefined));
}

function actionOf(before: Output | undefined, after: Output | undefined): OutputChange['action'] | undefined {
  if (before === undefined) return after === undefined ? undefined : 'create';
  if (after === undefined) return 'delete';
  return textOf(before) === textOf(after) ? undefined : 'update';
}

const textOf = ({ attributes: { sensitive, value } }: Output): string =>
  `${String(sensitive)} ${writeExactJson(value)}`;
