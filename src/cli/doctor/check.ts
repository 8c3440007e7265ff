/** What a check found out, on one line each. */
export interface CheckResult {
  readonly ok: boolean;
  readonly found: string;
  /** What to do about it; also given for what works but could be better. */
  readonly fix?: string;
}

export interface Check {
  readonly name: string;
  readonly run: () => Promise<CheckResult>;
}

/** What the checks are about: the settings that `serve` would use. */
export interface DoctorSettings {
  readonly host: string;
  readonly port: number;
  readonly homeFolder: string;
  readonly databaseUrl: string | undefined;
  /** Whose lock file is compared with the providers that are there. */
  readonly configurationFolder?: string;
  readonly env: NodeJS.ProcessEnv;
}
