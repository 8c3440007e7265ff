import { stripVTControlCharacters } from 'node:util';

const PATTERNS: [RegExp, string][] = [
  [/\r\n/g, '\n'],
  // Whether terraform prints these depends on timing.
  [/^Interrupt received\.\nPlease wait for .*\nGracefully shutting down\.\.\.\n+/gm, ''],
  [/^(Acquiring|Releasing) state lock\. This may take a few moments\.\.\.\n+/gm, ''],
  [/^╷\n│ Warning: Config generation is experimental\n(│.*\n)+╵\n/gm, ''],
  // Whether the log of the plan has begun when terraform asks depends on timing.
  [/\n{2,}(?=(Do you want to cancel t|T)he remote operation)/g, '\n\n'],
  // Terraform repeats what it waits for after more than half a minute.
  [/^Waiting for .*\(\d+m?\d*s elapsed\)\n+/gm, ''],
  // The number of tries depends on how long the server is away.
  [/^Still trying to restore the connection.*\n+/gm, ''],
  [/\/\S+(?=\/\.terraform\.d\/)/g, 'HOME'],
  [/(?<=(code_challenge|state)=)[\w-]+/g, 'RANDOM'],
  [/(?<=localhost%3A)\d{5}/g, 'PORT'],
  [/\b(run|ws|cv|plan|apply|sv|prj|org|user|wsout)-[A-Za-z0-9]{16}\b/g, '$1-ID'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, 'UUID'],
  [/\blocalhost:\d{5}\b/g, 'localhost:PORT'],
  [/\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?/g, 'TIME'],
  [/\b20\d\d-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?( [+-]\d{4})?( UTC)?( \+0000 UTC)?/g, 'TIME'],
  [/\bafter \d+m?s\b/g, 'after Ns'],
  [/\[\d+s elapsed\]/g, '[Ns elapsed]'],
  // For run tasks: the number of lines depends on how long the tasks take.
  [/^.* still pending, .*\(\d+m?\d*s elapsed\)\n+/gm, ''],
  [/ +\(\d+m?\d*s elapsed\)/g, ' (Ns elapsed)'],
  [/"terraform_version": ?"[\d.]+"/g, '"terraform_version": "X.Y.Z"'],
  [/\bTerraform v\d+\.\d+\.\d+\b/g, 'Terraform vX.Y.Z'],
  [/\bon (linux|darwin)_(amd64|arm64)\b/g, 'on PLATFORM'],
  [/[ \t]+$/gm, ''],
];

/** Lines about waiting for a runner that is busy with another test, in commands that are not about waiting. */
const WAITS: [RegExp, string][] = [
  [/(?<=\/run-ID\n\n)Waiting for \d+ queued run\(s\).*/g, 'Waiting for the plan to start...'],
  [/^\n?Waiting for (the apply to start|\d+ queued run\(s\)).*\n\n/gm, ''],
];

// Terraform prints outputs and tags in random order, and works on several resources at the same time.
const REFRESHES = /^(\S+: Refreshing state\.\.\. \[.*\]\n){2,}/gm;
const TAGS = /(?<=configured tags \()\w+=[^)]*(?=\))/g;
const OUTPUTS = /(?<=^Outputs:\n+)(\w+ = .*\n?)+/gm;

/**
 * Replaces what differs between runs and between machines.
 *
 * @param keepsWaits for commands that are about waiting for a runner
 */
export function mask(output: string, folder: string, keepsWaits = false): string {
  let text = stripVTControlCharacters(output).replaceAll(folder, 'FOLDER');
  for (const [pattern, replacement] of [...PATTERNS, ...(keepsWaits ? [] : WAITS)])
    text = text.replaceAll(pattern, replacement);
  text = text.replaceAll(TAGS, (tags) => tags.split(', ').sort().join(', '));
  return text.replaceAll(OUTPUTS, sortLines).replaceAll(REFRESHES, sortLines).trim();
}

const sortLines = (lines: string): string => `${lines.trimEnd().split('\n').sort().join('\n')}\n`;
