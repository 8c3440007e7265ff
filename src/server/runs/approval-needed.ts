import { Refusal } from '../http/refusal.ts';
import type { Run } from './transitions.ts';

/** An apply that was requested over MCP in a workspace where a person must approve it. */
export class ApprovalNeeded extends Refusal {
  readonly run: Run;

  constructor(run: Run) {
    super('forbidden', [{ detail: 'A person must approve what is applied over MCP in this workspace.' }]);
    this.run = run;
  }
}
