/** Characters that reverse the direction of text, or take no space: readers have to see that they are there. */
const HIDDEN = /[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/** Foreign text unchanged, except that invisible characters are replaced by their names. */
export function visibleText(text: string): string {
  return text.replace(
    HIDDEN,
    (character) => `‹U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}›`,
  );
}
