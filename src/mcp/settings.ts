export const DEFAULT_ADDRESS = 'https://app.terraform.io';

export interface McpSettings {
  readonly address: string;
  readonly token: string | undefined;
}

/** `TFC_TOKEN` (or `TFE_TOKEN`) and `TFC_ADDRESS` (or `TFE_ADDRESS`; default {@link DEFAULT_ADDRESS}). */
export function readMcpSettings(env: NodeJS.ProcessEnv): McpSettings {
  return {
    address: firstSet(env['TFC_ADDRESS'], env['TFE_ADDRESS']) ?? DEFAULT_ADDRESS,
    token: firstSet(env['TFC_TOKEN'], env['TFE_TOKEN']),
  };
}

function firstSet(...values: (string | undefined)[]): string | undefined {
  return values.map((value) => value?.trim()).find((value) => value !== undefined && value !== '');
}
