import { createMasker } from '../../masking/masker.ts';
import { spellingsOf } from '../../masking/spellings.ts';
import { redactTerraformJson } from './redact-plan.ts';

type Json = Record<string, unknown>;

/**
 * A plan as a model may see it. Terraform does not mark values derived from a sensitive one, so its marks are not
 * enough.
 *
 * @param plan `terraform show -json`
 * @param redacted the same plan as its server draws it for people, which knows the sensitive values; its changes
 *   replace those of the plan. undefined where a server has none
 */
export function shownPlan(plan: unknown, redacted: unknown): unknown {
  if (!isObject(plan)) return redactTerraformJson(plan);
  const shown = redactTerraformJson(redacted === undefined ? plan : replaceChanges(plan, redacted));
  return hideDeclared(shown, plan);
}

/** Sections that repeat values, without the marks or the mask that the changes have. */
const WITHOUT = ['planned_values', 'prior_state', 'variables'];
const CHANGES = [
  ...['resource_changes', 'resource_drift', 'output_changes', 'relevant_attributes', 'deferred_changes'],
  ...['action_invocations', 'deferred_action_invocations'],
];

function replaceChanges(plan: Json, redacted: unknown): Json {
  const drawn = isObject(redacted) ? redacted : {};
  const kept = Object.entries(plan).filter(([section]) => ![...WITHOUT, ...CHANGES].includes(section));
  const changes = CHANGES.filter((section) => section in plan).map((section) => [
    section,
    drawn[section] ?? null,
  ]);
  return { ...Object.fromEntries(kept), ...(Object.fromEntries(changes) as Json) };
}

/** Masks values that the configuration itself declares as sensitive, wherever they occur. */
function hideDeclared(shown: unknown, plan: Json): unknown {
  const root = isObject(plan['configuration']) ? plan['configuration']['root_module'] : undefined;
  const declarations = isObject(root) && isObject(root['variables']) ? root['variables'] : {};
  const values = isObject(plan['variables']) ? plan['variables'] : {};
  const patterns = Object.entries(declarations).flatMap(([name, declaration]) => {
    if (!isObject(declaration) || declaration['sensitive'] !== true) return [];
    return textsIn(values[name]).flatMap((text) => [...spellingsOf(text)]);
  });
  if (patterns.length === 0) return shown;
  const masker = createMasker(patterns);
  const hide = (value: unknown): unknown => {
    if (typeof value === 'string') return masker.text(value);
    if (typeof value === 'number') return masker.text(String(value)) === String(value) ? value : HIDDEN;
    if (Array.isArray(value)) return value.map(hide);
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, hide(part)]));
  };
  return hide(shown);
}

const HIDDEN = '(sensitive)';

function textsIn(value: unknown): string[] {
  if (typeof value === 'string' || typeof value === 'number') return [String(value)];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
