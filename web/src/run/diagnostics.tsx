import { useMemo } from 'react';
import { words } from '../words/words.ts';
import { Icon } from '../parts/icon.tsx';
import { visibleText } from '../parts/visible-text.ts';
import type { FollowedLog } from '../log/use-log.ts';
import classes from './run.module.css';

/** What terraform found wrong, as cards with the line of the file, above everything else. */
export function Diagnostics({ log: { store, version }, status }: { log: FollowedLog; status: string }) {
  const found = useMemo(
    () => store.diagnostics.filter(({ severity }) => severity === 'error'),
    [store, version],
  );
  if (found.length === 0 || status === 'applied') return null;
  return (
    <section className="stack" aria-label={words.run.diagnostics}>
      {found.slice(0, 20).map((diagnostic, index) => (
        <article key={index} className={classes['diagnostic']} data-level={diagnostic.severity}>
          <h2 className="row foreign">
            <Icon name="warning" size={15} />
            {visibleText(diagnostic.summary)}
          </h2>
          <p className="muted foreign">
            {[diagnostic.address, diagnostic.place]
              .filter((part) => part !== undefined)
              .map(visibleText)
              .join(' · ')}
          </p>
          {diagnostic.code !== undefined && <pre className="foreign">{visibleText(diagnostic.code)}</pre>}
          <p className="foreign">{visibleText(diagnostic.detail)}</p>
        </article>
      ))}
    </section>
  );
}
