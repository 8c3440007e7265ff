/** The lease no longer belongs to the step: another runner owns it, or the server ended it. */
export class LeaseLost extends Error {
  override name = 'LeaseLost';
}

/** No answer, or one that asks to try later: worth another try. */
export class ServerAway extends Error {
  override name = 'ServerAway';
}

/** The server understood the call and refused it; a repeated call would be refused again. */
export class ServerRefused extends Error {
  override name = 'ServerRefused';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}
