import { isOwnCommandLine, isTerraform } from '../http/terraform-client.ts';
import { checkKey } from './repeated-request.ts';

/** The message of a run whose request has none. */
export const DEFAULT_MESSAGE = {
  other: 'Queued manually via the Terraform Enterprise API',
  terraform: 'Queued manually using Terraform',
  runwright: 'Queued manually using runwright',
  pages: 'Queued manually in the web UI',
} as const;

/** The facts about the program that sent a request. */
export interface CreatingClient {
  program: Exclude<keyof typeof DEFAULT_MESSAGE, 'pages'>;
  /** Whether it can read terraform's JSON lines; otherwise the run's logs are text, whatever its workspace sets. */
  readsStructuredLogs: boolean;
  /** The `Idempotency-Key` of the request: a repeated key gets the same run. */
  key: string | undefined;
}

/**
 * The terraform CLI names its version, and its integration when it runs a `cloud` block. The older `remote` backend
 * names no integration: it prints the lines of a log as they are (terraform-cli A2).
 */
export function recognizeClient(headers: Record<string, unknown>): CreatingClient {
  const isCloudBlock = headers['x-terraform-integration'] === 'cloud';
  const isTerraformCli = isCloudBlock || isTerraform(headers);
  const key = headers['idempotency-key'];
  return {
    program: isTerraformCli ? 'terraform' : isOwnCommandLine(headers) ? 'runwright' : 'other',
    readsStructuredLogs: isCloudBlock || !isTerraformCli,
    key: typeof key === 'string' && key !== '' ? checkKey(key) : undefined,
  };
}
