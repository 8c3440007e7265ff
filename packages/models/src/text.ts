import * as z from 'zod';

/** Text that a database can store: anything without NUL. */
export function storableText() {
  return z.string().refine((text) => !text.includes('\0'), { error: 'Text cannot hold the character NUL' });
}

/**
 * Text of a length between two bounds, counted in characters as in JSON Schema: an emoji is one, though JavaScript
 * stores it in two units.
 *
 * @param name starts the message: `The key of a run variable`
 */
export function boundedText(name: string, minLength: number, maxLength: number) {
  return storableText()
    .superRefine((text, context) => {
      // A text has at least as many units as characters, so most texts need no count.
      const length = text.length <= maxLength ? text.length : [...text].length;
      if (length < minLength) {
        const message = `${name} must have at least ${minLength} character${minLength === 1 ? '' : 's'}`;
        context.addIssue({
          code: 'too_small',
          origin: 'string',
          minimum: minLength,
          inclusive: true,
          message,
        });
      }
      if (length > maxLength) {
        const message = `${name} is too long: ${length} characters, at most ${maxLength} are allowed`;
        context.addIssue({ code: 'too_big', origin: 'string', maximum: maxLength, inclusive: true, message });
      }
    })
    .meta({ ...(minLength > 0 && { minLength }), maxLength });
}
