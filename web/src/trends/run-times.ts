import type { RunView } from '../run/run-view.ts';

/** In seconds. They do not include the time of a person's decision. */
export interface RunTimes {
  wait: number;
  plan: number;
  apply: number;
}

type Stamps = Readonly<Record<string, string>>;

const seconds = (from: string | undefined, to: string | undefined): number =>
  from === undefined || to === undefined ? 0 : Math.max(0, (Date.parse(to) - Date.parse(from)) / 1_000);
const endOf = (stamps: Stamps): string | undefined =>
  stamps['finished-at'] ?? stamps['errored-at'] ?? stamps['canceled-at'];

/** The times of a run's waiting and work; undefined before its plan has begun, or if it never began. */
export function timesOf({ run, plan, apply }: RunView): RunTimes | undefined {
  const stamps = (run.attributes['status-timestamps'] ?? {}) as Stamps;
  const planStamps = (plan?.attributes['status-timestamps'] ?? {}) as Stamps;
  const applyStamps = (apply?.attributes['status-timestamps'] ?? {}) as Stamps;
  const begun = planStamps['started-at'];
  if (begun === undefined) return undefined;
  return {
    wait:
      seconds(run.attributes['created-at'], begun) +
      seconds(stamps['apply-queued-at'], applyStamps['started-at']),
    plan: seconds(begun, endOf(planStamps)),
    apply: seconds(applyStamps['started-at'], endOf(applyStamps)),
  };
}

/** The lower median; 0 for an empty list. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}
