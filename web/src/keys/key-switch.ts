const KEY = 'runwright-keys';
let on = read();

function read(): boolean {
  try {
    return localStorage.getItem(KEY) !== 'off';
  } catch {
    // Storage is blocked: the choice lasts only for this page.
    return true;
  }
}

export const areKeysOn = (): boolean => on;

export function switchKeys(value: boolean): void {
  on = value;
  try {
    localStorage.setItem(KEY, value ? 'on' : 'off');
  } catch {
    return;
  }
}
