/** Characters that turn the direction of what follows, or take no room: whoever reads has to see that they are there. */
const HIDDEN = /[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/** Text of others as it is, its invisible characters by their names. */
export function visibleText(text: string): string {
  return text.replace(
    HIDDEN,
    (character) => `‹U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}›`,
  );
}
