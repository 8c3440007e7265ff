/**
 * An amount a month as people write it. Cents are shown of what is small: of thousands nobody asks for them.
 *
 * @param amount decimal text, as the API has it; null: nothing is known
 */
export function money(amount: string | null | undefined, currency: string, isDifference = false): string {
  if (amount === null || amount === undefined) return '–';
  const value = Number(amount);
  const digits = value !== 0 && Math.abs(value) < 1_000 ? 2 : 0;
  try {
    return new Intl.NumberFormat(undefined, {
      style: 'currency',
      currency,
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
      signDisplay: isDifference ? 'exceptZero' : 'auto',
    }).format(value);
  } catch {
    // Three letters that this browser knows as no currency.
    return `${isDifference && value > 0 ? '+' : ''}${value.toFixed(digits)} ${currency}`;
  }
}
