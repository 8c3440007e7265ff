import { formatError } from '../../protocol/log-text.ts';
import type { Prepared } from './prepared.ts';
import type { StepContext } from './step-context.ts';

const KEPT_CHARACTERS = 4_096;
/** Terraform's text wraps lines, and draws a frame beside them. */
const BREAKS = /[\s\u2502]+/g;
const FAILED_START =
  /fork\/exec \S*?terraform-provider-[^\s:"\\]+: (exec format error|no such file or directory|permission denied)/;

const REASONS: Readonly<Record<string, string>> = {
  'exec format error': 'its program is built for another machine',
  'no such file or directory':
    'its program names an interpreter that is not there, as one that is built for another libc, or a script',
  'permission denied': 'its program is not executable',
};

interface FailedStart {
  summary: string;
  detail: string;
}

export interface StartWatch {
  read(lines: Buffer): void;
  /** @param platform of the machine, as `linux_amd64` */
  explain(platform: string): FailedStart | undefined;
}

/** Reads the output of a command for a provider whose program the machine cannot start. */
export function watchForFailedStart(): StartWatch {
  let rest = '';
  let reason: string | undefined;
  return {
    read(lines) {
      if (reason !== undefined || (rest === '' && !lines.includes('fork/exec'))) return;
      const text = (rest + lines.toString('utf8')).replace(BREAKS, ' ');
      reason = FAILED_START.exec(text)?.[1];
      rest = text.slice(-KEPT_CHARACTERS);
    },
    explain(platform) {
      if (reason === undefined) return undefined;
      return {
        summary: `A provider cannot be started on this runner (${platform})`,
        detail:
          `The error above names it: ${REASONS[reason]} (${reason}). Use a version that its registry has for ${platform}, ` +
          `have its archive built anew for ${platform}, or give the run a runner of the platform that it is built for.`,
      };
    },
  };
}

/** Adds the explanation to the log. @returns its summary, if there is one */
export function explainStart(
  { step, stepLog }: StepContext,
  { engine }: Prepared,
  starts: StartWatch,
): string | undefined {
  const explained = starts.explain(engine.platform);
  if (!explained) return undefined;
  const { summary, detail } = explained;
  stepLog.write(Buffer.from(formatError(step.workspace.structuredRunOutput, summary, detail)));
  return summary;
}
