import { startRunner, type RunnerSettings } from '../../src/runner/main.ts';

/** A runner as a process of its own, to be killed. Its one argument: settings as JSON. */
const settings = JSON.parse(process.argv[2] ?? '{}') as Omit<RunnerSettings, 'log'>;
await startRunner({ ...settings, log: (level, message) => console.log(level, message) }).done;
