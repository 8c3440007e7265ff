/** Untrusted text without invisible characters and those that change the writing direction, cut to a length. */
export function outsideText(value: string, maxLength: number): string {
  const visible = value.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
  return visible.length <= maxLength ? visible : `${visible.slice(0, maxLength)}…`;
}
