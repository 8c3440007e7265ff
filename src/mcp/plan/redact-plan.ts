/**
 * A plan or state in terraform's JSON form without the values marked sensitive: `sensitive_values` marks `values`,
 * `before_sensitive` and `after_sensitive` mark `before` and `after`, `sensitive` marks `value`. Values of input
 * variables and constants of the configuration have no mark of their own; they are left out unless the configuration
 * declares that the variable is not sensitive.
 */
export function redactTerraformJson(document: unknown): unknown {
  if (!isObject(document)) return document;
  const { configuration, variables, ...rest } = document;
  return {
    ...(redact(rest) as Record<string, unknown>),
    ...(variables === undefined ? {} : { variables: redactVariables(variables, configuration) }),
    ...(configuration === undefined ? {} : { configuration: '(left out)' }),
  };
}

const HIDDEN = '(sensitive)';
/** The key of a value, and the key of its marks. */
const MARKED: Readonly<Record<string, string>> = {
  values: 'sensitive_values',
  before: 'before_sensitive',
  after: 'after_sensitive',
};

function redact(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redact);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const marks = MARKED[key];
      if (marks !== undefined && marks in value) return [key, withoutMarked(inner, value[marks])];
      if (key === 'value' && value['sensitive'] === true) return [key, HIDDEN];
      return [key, redact(inner)];
    }),
  );
}

/** Marks have the shape of the value, with `true` where it is sensitive. */
function withoutMarked(value: unknown, marks: unknown): unknown {
  if (marks === true) return HIDDEN;
  if (Array.isArray(value)) {
    return value.map((item, index) =>
      withoutMarked(item, Array.isArray(marks) ? (marks[index] as unknown) : undefined),
    );
  }
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      withoutMarked(inner, isObject(marks) ? marks[key] : undefined),
    ]),
  );
}

function redactVariables(variables: unknown, configuration: unknown): unknown {
  if (!isObject(variables)) return {};
  const root = isObject(configuration) ? configuration['root_module'] : undefined;
  const declared = isObject(root) && isObject(root['variables']) ? root['variables'] : {};
  return Object.fromEntries(
    Object.entries(variables).map(([name, variable]) => {
      const declaration = declared[name];
      const isOpen = isObject(declaration) && declaration['sensitive'] !== true;
      return [name, isOpen ? variable : { value: HIDDEN }];
    }),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
