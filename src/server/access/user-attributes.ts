import * as z from 'zod';
import { isServiceName } from './service-names.ts';

export const Username = z
  .string()
  .min(3, 'must have at least 3 characters')
  .max(60, 'must have at most 60 characters')
  .regex(/^[A-Za-z0-9_-]+$/, 'may only contain letters, digits, - and _')
  .refine((name) => !isServiceName(name), 'must not begin as the names of service accounts do');

export const Email = z
  .string()
  .max(255, 'must have at most 255 characters')
  .regex(/^[^\s@]+@[^\s@]+$/, 'must be an e-mail address');
