import { readDocument, type Resource } from '../json-api.ts';
import { path } from '../path.ts';
import type { CallOptions, Transport } from '../transport.ts';

/**
 * Only Runwright has it. Each digest is a SHA-256 in hexadecimal digits; null: there is no such content yet, or the
 * caller may not read it.
 */
export type RunProvenance = Resource<{
  readonly 'configuration-sha256': string | null;
  readonly 'plan-file-sha256': string | null;
  /** Of what the plan changed in its folder, the lock file among it. */
  readonly 'plan-folder-sha256': string | null;
  readonly 'input-state-sha256': string | null;
  readonly engine: string | null;
  readonly 'engine-version': string;
  /** `linux_amd64` */
  readonly platform: string | null;
}>;

/** The bytes that an apply of a run uses. */
export function runProvenances(transport: Transport) {
  return {
    async ofRun(runId: string, options: CallOptions = {}): Promise<RunProvenance> {
      const target = path`runs/${runId}/provenance`;
      return readDocument<RunProvenance>(await transport.call({ method: 'GET', path: target, ...options }))
        .data;
    },
  };
}
