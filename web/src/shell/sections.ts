/** The parts of an organization's settings, in the order of the menu. */
export const SECTIONS = [
  'general',
  'variable-sets',
  'policies',
  'price-books',
  'teams',
  'members',
  'tokens',
  'agents',
  'audit',
  'health',
] as const;
