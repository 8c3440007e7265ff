/** Where the process of a step starts: dist/step.js, which the agent starts (step-process.ts). */
import { serveStepProcess } from './step-program.ts';

serveStepProcess();
