import { didYouMean } from '@runwright/models';
import type { Gates } from '../safety/gates.ts';
import { SettingsProblem } from '../settings.ts';
import { TOOLS } from '../tools/table.ts';

const NAMES = TOOLS.map(({ name }) => name);

/** The error for a list with unknown names of tools; undefined when all tools exist. */
export function unknownTool(names: readonly string[] = []): string | undefined {
  const unknown = names.find((name) => !NAMES.includes(name));
  if (unknown === undefined) return undefined;
  const meant = didYouMean(unknown, NAMES);
  return `${JSON.stringify(unknown.slice(0, 80))} is not a tool${meant === undefined ? '' : `, did you mean "${meant}"?`}`;
}

/** Throws {@link SettingsProblem} for an unknown tool: otherwise the intended one would stay open. */
export function refuseUnknownTools({ tools, excludedTools }: Gates): void {
  for (const [name, problem] of [
    ['TFC_TOOLS', unknownTool(tools)],
    ['TFC_EXCLUDE_TOOLS', unknownTool(excludedTools)],
  ] as const) {
    if (problem !== undefined) throw new SettingsProblem(`${name}: ${problem}`);
  }
}
