/** The pages' policy allows no code from text. zod would try it, which browsers report; this setting prevents that. */
import { config } from 'zod';

config({ jitless: true });
