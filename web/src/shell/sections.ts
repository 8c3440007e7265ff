/** The parts of an organization's settings, in the order of the menu. */
export const SECTIONS = [
  'general',
  'variable-sets',
  'teams',
  'members',
  'tokens',
  'agents',
  'audit',
  'health',
] as const;
