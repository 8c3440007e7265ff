/** `state-versions` → `stateVersions`. */
export const camelCase = (words: string): string =>
  words.replaceAll(/[^A-Za-z0-9]+([A-Za-z0-9])/g, (_match, letter: string) => letter.toUpperCase());

export const pascalCase = (words: string): string => {
  const camel = camelCase(words);
  return camel.slice(0, 1).toUpperCase() + camel.slice(1);
};

/** `state-versions` → `state-version`, `applies` → `apply`; other words stay. */
export const singular = (words: string): string =>
  words.endsWith('ies') ? `${words.slice(0, -3)}y` : words.replace(/([^s])s$/, '$1');

/** The name of a type of resource in documentation: `state-versions` → `StateVersion`. */
export const singularName = (type: string): string => pascalCase(singular(type));
