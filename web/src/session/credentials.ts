/** The token of the person at this browser, for as long as the tab is open. */
const KEY = 'runwright-token';
let token: string | null = read();

function read(): string | null {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    // Storage is blocked: the token lives in this page alone.
    return null;
  }
}

export const currentToken = (): string | null => token;

export function keepToken(value: string | null): void {
  token = value;
  try {
    if (value === null) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, value);
  } catch {
    return;
  }
}
