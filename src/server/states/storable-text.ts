const UNSTORABLE = /[\0\p{Surrogate}]/gu;

/** The text, with characters that no column can hold (NUL, half a surrogate pair) written as in JSON: `\u0000`. */
export const storable = (text: string): string =>
  text.replace(UNSTORABLE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
