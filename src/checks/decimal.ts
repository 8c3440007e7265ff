/** Amounts of money are whole millionths, so that adding many of them loses nothing. */
const MILLIONTHS = 1_000_000;
/** More than any monthly cost; a larger amount would not be exact as a JavaScript number. */
export const LARGEST_AMOUNT = 1_000_000_000;

/** @throws RangeError the amount is not finite, negative, or larger than {@link LARGEST_AMOUNT} */
export function toMillionths(amount: number): bigint {
  if (!Number.isFinite(amount) || amount < 0 || amount > LARGEST_AMOUNT)
    throw new RangeError(`${amount} is no price: it must be 0 to ${LARGEST_AMOUNT}`);
  return BigInt(Math.round(amount * MILLIONTHS));
}

/** `25.488`, `12.0`, `-0.5`: always with a digit after the point. */
export function toDecimal(millionths: bigint): string {
  const sign = millionths < 0n ? '-' : '';
  const digits = (millionths < 0n ? -millionths : millionths).toString().padStart(7, '0');
  const fraction = digits.slice(-6).replace(/0+$/, '');
  return `${sign}${digits.slice(0, -6)}.${fraction === '' ? '0' : fraction}`;
}

/** @param text made by {@link toDecimal}, or by another program: further digits are rounded */
export const fromDecimal = (text: string): bigint => {
  const amount = Number(text);
  return amount < 0 ? -toMillionths(-amount) : toMillionths(amount);
};
