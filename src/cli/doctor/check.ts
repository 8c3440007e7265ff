/** The result of a check, in single lines. */
export interface CheckResult {
  readonly ok: boolean;
  readonly found: string;
  /** How to fix it; also given as advice on a passed check. */
  readonly fix?: string;
}

export interface Check {
  readonly name: string;
  readonly run: () => Promise<CheckResult>;
}

/** The settings under check: those that `serve` would use. */
export interface DoctorSettings {
  readonly host: string;
  readonly port: number;
  readonly homeFolder: string;
  readonly databaseUrl: string | undefined;
  /** The folder whose lock file is compared with the stored providers. */
  readonly configurationFolder?: string;
  readonly env: NodeJS.ProcessEnv;
}
