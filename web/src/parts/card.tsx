import { useId, type ReactNode } from 'react';
import classes from './card.module.css';

interface Props {
  title?: ReactNode;
  aside?: ReactNode;
  flush?: boolean;
  children: ReactNode;
}

/** A part of a page with a title. `flush` removes the padding, for lists that reach the edges. */
export function Card({ title, aside, flush = false, children }: Props) {
  const id = useId();
  return (
    <section className={classes['card']} {...(title === undefined ? {} : { 'aria-labelledby': id })}>
      {(title !== undefined || aside !== undefined) && (
        <header className={classes['head']}>
          <h2 id={id}>{title}</h2>
          {aside}
        </header>
      )}
      <div className={flush ? classes['flush'] : classes['body']}>{children}</div>
    </section>
  );
}
