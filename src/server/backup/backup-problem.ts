/** Why a backup cannot be made or restored: one line for the operator, with the fix. */
export class BackupProblem extends Error {}
