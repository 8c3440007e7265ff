/** An address and port of the host's loopback that runs may call. */
export interface Door {
  address: string;
  port: number;
}

export interface IsolatedNetwork {
  kind: 'isolated';
  program: string;
  /** Networks, as `10.0.0.0/8`, that runs do not reach. */
  blocked: readonly string[];
  /** Those of them that they do. */
  allowed: readonly string[];
  doors: readonly Door[];
}
/** What network runs have; plain data, for the processes of steps. */
export type NetworkChoice = { kind: 'host' } | IsolatedNetwork;
