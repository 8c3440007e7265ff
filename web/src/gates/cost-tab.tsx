import type { CostEstimate, PricedResource } from '@runwright/client';
import { useQuery } from '@tanstack/react-query';
import { words } from '../words/words.ts';
import { Card } from '../parts/card.tsx';
import { Empty, Failed, Loading } from '../parts/page-state.tsx';
import { visibleText } from '../parts/visible-text.ts';
import { money } from './money.ts';
import { costQuery } from './reads.ts';
import table from '../parts/table.module.css';
import classes from './gates.module.css';

const C = words.gate.cost;
type Attributes = CostEstimate['attributes'];

/** The monthly cost of the resources, before the plan and after it; resources without a price are listed too. */
export function CostTab({ runId, estimateId }: { runId: string; estimateId: string }) {
  const estimate = useQuery(costQuery(runId, estimateId));
  if (estimate.isPending) return <Loading />;
  if (estimate.isError) return <Failed error={estimate.error} retry={() => void estimate.refetch()} />;
  const { attributes: a } = estimate.data;
  if (a.status !== 'finished') {
    const isBroken = a.status === 'errored';
    return (
      <Empty icon={isBroken ? 'warning' : 'clock'} title={C.status[a.status] ?? a.status}>
        {isBroken && <p className="foreign">{visibleText(a['error-message'] ?? '')}</p>}
        {isBroken && <p>{C.goesOn}</p>}
      </Empty>
    );
  }
  const matched = (a.resources?.matched ?? []).toSorted(byDifference);
  const unmatched = a.resources?.unmatched ?? [];
  return (
    <div className="stack">
      <Totals attributes={a} />
      {matched.length > 0 && (
        <Card title={C.priced} aside={<span className="muted">{matched.length}</span>} flush>
          <div className={table['scroll']}>
            <table className={table['table']}>
              <thead>
                <tr>
                  <th>{C.resource}</th>
                  <th className={table['end']}>{C.before}</th>
                  <th className={table['end']}>{C.after}</th>
                  <th className={table['end']}>{C.difference}</th>
                </tr>
              </thead>
              <tbody>
                {matched.map((resource) => (
                  <Priced key={resource.address} resource={resource} currency={a.currency ?? ''} />
                ))}
              </tbody>
            </table>
          </div>
        </Card>
      )}
      {unmatched.length > 0 && (
        <Card title={C.unpriced} aside={<span className="muted">{unmatched.length}</span>} flush>
          <table className={table['table']}>
            <tbody>
              {unmatched.map(({ address, reason }) => (
                <tr key={address}>
                  <th scope="row" className="mono foreign">
                    {visibleText(address)}
                  </th>
                  <td className="muted foreign">{visibleText(reason)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Card>
      )}
    </div>
  );
}

/** The largest changes come first, in either direction. */
const byDifference = (one: PricedResource, other: PricedResource): number =>
  Math.abs(Number(other['delta-monthly-cost'])) - Math.abs(Number(one['delta-monthly-cost']));

function Totals({ attributes: a }: { attributes: Attributes }) {
  const currency = a.currency ?? '';
  const books = a['price-books'] ?? [];
  return (
    <section aria-label={C.title}>
      <dl className={classes['totals']}>
        <div>
          <dt>{C.before}</dt>
          <dd>{money(a['prior-monthly-cost'], currency)}</dd>
        </div>
        <div>
          <dt>{C.after}</dt>
          <dd>{money(a['proposed-monthly-cost'], currency)}</dd>
        </div>
        <div data-sign={Math.sign(Number(a['delta-monthly-cost'] ?? 0))}>
          <dt>{C.difference}</dt>
          <dd>{money(a['delta-monthly-cost'], currency, true)}</dd>
        </div>
      </dl>
      <p className="muted">
        {C.counted(a['matched-resources-count'] ?? 0, a['resources-count'] ?? 0)}{' '}
        {books.length === 0
          ? C.noBooks
          : books.map(({ name, version }) => C.book(visibleText(name), version)).join(', ')}
      </p>
    </section>
  );
}

function Priced({ resource, currency }: { resource: PricedResource; currency: string }) {
  const difference = Number(resource['delta-monthly-cost']);
  return (
    <tr>
      <th scope="row" className="mono foreign">
        {visibleText(resource.address)}
      </th>
      <td className={table['end']}>{money(resource['prior-monthly-cost'], currency)}</td>
      <td className={table['end']}>{money(resource['proposed-monthly-cost'], currency)}</td>
      <td
        className={`${table['end'] ?? ''} ${classes['difference'] ?? ''}`}
        data-sign={Math.sign(difference)}
      >
        {money(resource['delta-monthly-cost'], currency, true)}
      </td>
    </tr>
  );
}
