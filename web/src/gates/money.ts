/**
 * A monthly amount as people write it. Cents are shown only for small amounts.
 *
 * @param amount decimal text, as in the API; null: unknown
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
    // This browser does not know the currency.
    return `${isDifference && value > 0 ? '+' : ''}${value.toFixed(digits)} ${currency}`;
  }
}
