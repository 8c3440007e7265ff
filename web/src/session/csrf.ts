/**
 * A word that accompanies every change besides the cookie: only pages of this server get it. It is kept in the page's
 * memory; scripts cannot read the cookie itself.
 */
let word: Promise<string | undefined> | undefined;

async function ask(): Promise<string | undefined> {
  const answer = await fetch('/api/v2/session', { headers: { accept: 'application/vnd.api+json' } });
  if (!answer.ok) return undefined;
  return wordIn(await answer.json());
}

function wordIn(body: unknown): string | undefined {
  const { data } = body as { data?: { attributes?: { 'csrf-token'?: string } } };
  return data?.attributes?.['csrf-token'];
}

export const csrfWord = async (): Promise<string | undefined> => {
  word ??= ask();
  const known = await word;
  // Without a session there is no word: the next change asks for it again.
  if (known === undefined) word = undefined;
  return known;
};

/** Another session has begun, or this one has ended: its word is no longer valid. */
export function forgetCsrfWord(): void {
  word = undefined;
}
