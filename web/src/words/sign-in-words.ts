/** Texts of the page that signs a person in, which is loaded alone. */
export const signInWords = {
  title: 'Sign in',
  token: 'Token',
  tokenHint: 'The server prints where the administrator’s token is when it starts.',
  way: 'How',
  username: 'User name',
  password: 'Password',
  show: 'Show what is typed',
  submit: 'Sign in',
  with: (name: string) => `Sign in with ${name}`,
  or: 'or',
  expired: 'You were signed out. Sign in to go on where you were.',
  intro: 'See what will change, and decide.',
} as const;
