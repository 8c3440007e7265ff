import * as z from 'zod';

/** One error (api-contract §1.2). `status` is the HTTP code as a string; a number is accepted too. */
export const JsonApiError = z.looseObject({
  status: z
    .preprocess((status) => (typeof status === 'number' ? String(status) : status), z.string())
    .optional(),
  /** Runwright's own stable name of the error; HCP Terraform has none. */
  code: z.string().optional(),
  title: z.string().optional(),
  detail: z.string().optional(),
  source: z.looseObject({ pointer: z.string().optional(), parameter: z.string().optional() }).optional(),
});
export type JsonApiError = z.output<typeof JsonApiError>;

/** The body of every failed call. */
export const JsonApiErrors = z.looseObject({ errors: z.array(JsonApiError) });
export type JsonApiErrors = z.output<typeof JsonApiErrors>;
