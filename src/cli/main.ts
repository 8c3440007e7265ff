import { runProgram } from './program.ts';
import { createTerminal } from './terminal.ts';

const terminal = createTerminal({ stdout: process.stdout, stderr: process.stderr, env: process.env });

// A reader that stops early, such as `head`, is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = await runProgram(process.argv.slice(2), terminal);
