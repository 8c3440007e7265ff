/** Entry point of a step's process: dist/step.js, which the agent starts (step-process.ts). */
import { serveStepProcess } from './step-program.ts';

serveStepProcess();
