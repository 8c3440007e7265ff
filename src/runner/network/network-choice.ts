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
  /** Networks inside the blocked ones that runs do reach. */
  allowed: readonly string[];
  doors: readonly Door[];
}
/** The network that runs get; plain data, for the processes of steps. */
export type NetworkChoice = { kind: 'host' } | IsolatedNetwork;
