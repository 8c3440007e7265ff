/** The page on which people decide about applies, used without a browser. */

/** The address of the approval page in a tool's answer. */
export const pageIn = (text: string): string => /http\S+\/app\/approvals\/apr-\w{16}/.exec(text)?.[0] ?? '';

/** Sends the form of the page. `ticket` is the value that the next form must send. */
export async function postForm(
  url: string,
  form: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<{ status: number; text: string; ticket: string }> {
  const response = await fetch(url, { method: 'POST', headers, body: new URLSearchParams(form) });
  const text = await response.text();
  return { status: response.status, text, ticket: /name="ticket" value="([^"]+)"/.exec(text)?.[1] ?? '' };
}
