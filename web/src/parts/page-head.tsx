import type { ReactNode } from 'react';
import classes from './page-head.module.css';

export const PageHead = ({
  title,
  text,
  children,
}: {
  title: ReactNode;
  text?: ReactNode;
  children?: ReactNode;
}) => (
  <header className={classes['head']}>
    <div>
      <h1 className="foreign">{title}</h1>
      {text !== undefined && <p className="muted foreign">{text}</p>}
    </div>
    <div className="row">{children}</div>
  </header>
);
