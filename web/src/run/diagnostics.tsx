import { Button } from '@mantine/core';
import { useMemo } from 'react';
import { words } from '../words/words.ts';
import { Icon } from '../parts/icon.tsx';
import { visibleText } from '../parts/visible-text.ts';
import type { Diagnostic } from '../log/diagnostic.ts';
import type { FollowedLog } from '../log/use-log.ts';
import classes from './run.module.css';

interface Props {
  log: FollowedLog;
  status: string;
  /** Shows the file, with the problem at its line. */
  openFile: (file: string, line: number | undefined) => void;
}

/** Terraform's errors and warnings, as cards with the line of the file, above everything else. */
export function Diagnostics({ log: { store, version }, status, openFile }: Props) {
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
            {diagnostic.address !== undefined && `${visibleText(diagnostic.address)} `}
            <Place diagnostic={diagnostic} openFile={openFile} />
          </p>
          {diagnostic.code !== undefined && <pre className="foreign">{visibleText(diagnostic.code)}</pre>}
          <p className="foreign">{visibleText(diagnostic.detail)}</p>
        </article>
      ))}
    </section>
  );
}

function Place({ diagnostic, openFile }: { diagnostic: Diagnostic; openFile: Props['openFile'] }) {
  const { file, line, place } = diagnostic;
  if (file === undefined || place === undefined) return null;
  return (
    <Button variant="subtle" size="compact-xs" onClick={() => openFile(file, line)}>
      {visibleText(place)}
    </Button>
  );
}
