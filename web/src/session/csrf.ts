/**
 * What goes along with every change beside the cookie: a word that only pages of this server are told. It lives in the
 * memory of the page; the cookie itself is out of reach for its scripts.
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
  // Without a session there is none: the next change asks again.
  if (known === undefined) word = undefined;
  return known;
};

/** Another session has begun, or this one has ended: its word is worth nothing. */
export function forgetCsrfWord(): void {
  word = undefined;
}
