/** A kind of failure that terraform users know, with the words of its errors and advice. */
export interface FailureClass {
  readonly name: string;
  readonly pattern: RegExp;
  readonly advice: string;
}
