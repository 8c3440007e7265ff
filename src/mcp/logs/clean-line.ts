/** Colours, cursor movements, and titles of terminals. */
const ESCAPES = /\u001B(?:\[[0-9;?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)|[@-Z\\-_])/g;

/** A line of a log for people: no escapes, no markers, and terraform's JSON lines as their message. */
export function cleanLine(line: string): string {
  const plain = withoutEscapes(line);
  const json = jsonLine(plain);
  return json === undefined ? plain : messageOf(json);
}

/** A line without escapes and markers, and otherwise unchanged. */
export function withoutEscapes(line: string): string {
  return line.replace(ESCAPES, '').replace(/[\u0002\u0003\r]/g, '');
}

export interface JsonLogLine {
  readonly '@level'?: string;
  readonly '@message'?: string;
  readonly type?: string;
  readonly diagnostic?: {
    readonly severity?: string;
    readonly summary?: string;
    readonly detail?: string;
    readonly address?: string;
    readonly snippet?: { readonly context?: string | null };
    readonly range?: { readonly filename?: string; readonly start?: { readonly line?: number } };
  };
}

/** A line of `terraform plan -json`, or undefined. */
export function jsonLine(line: string): JsonLogLine | undefined {
  if (!line.startsWith('{"@') && !line.startsWith('{"type"')) return undefined;
  try {
    return JSON.parse(line) as JsonLogLine;
  } catch {
    return undefined;
  }
}

function messageOf(line: JsonLogLine): string {
  const { diagnostic } = line;
  if (diagnostic === undefined) return line['@message'] ?? '';
  const place = [diagnostic.address, diagnostic.range?.filename].filter(Boolean).join(', ');
  const title = `${diagnostic.severity ?? 'note'}: ${diagnostic.summary ?? ''}${place === '' ? '' : ` (${place})`}`;
  return diagnostic.detail === undefined || diagnostic.detail === ''
    ? title
    : `${title}\n  ${diagnostic.detail}`;
}
