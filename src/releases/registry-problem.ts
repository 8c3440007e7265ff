/**
 * `absent`: the registry answers that it has no such thing. `away`: it does not answer, or not as a registry.
 * `closed`: it wants credentials. `untrusted`: the bytes are not what their signer vouches for.
 */
export type ProblemKind = 'absent' | 'away' | 'closed' | 'untrusted';

/** Why a registry has not given something. The message is a part of a sentence for people, without secrets. */
export class RegistryProblem extends Error {
  override name = 'RegistryProblem';
  readonly kind: ProblemKind;

  constructor(kind: ProblemKind, message: string) {
    super(message);
    this.kind = kind;
  }
}
