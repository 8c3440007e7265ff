/** The lease is no longer the step's: someone else owns it, or the server gave it up. */
export class LeaseLost extends Error {
  override name = 'LeaseLost';
}

/** No answer, or one that says "later": worth another try. */
export class ServerAway extends Error {
  override name = 'ServerAway';
}

/** The server understood and said no; the same call would be refused again. */
export class ServerRefused extends Error {
  override name = 'ServerRefused';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}
