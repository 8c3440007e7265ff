/** The pages' policy allows no code from text. zod would try it and be reported; told so, it does not try. */
import { config } from 'zod';

config({ jitless: true });
