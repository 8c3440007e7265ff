import { CopyButton } from '../parts/copy.tsx';
import classes from './digest.module.css';

/** A digest in full, since people compare it with another one, and a button that copies it. */
export const Digest = ({ text, label }: { text: string; label: string }) => (
  <span className={classes['digest']}>
    <code>{text}</code>
    <CopyButton text={text} label={label} />
  </span>
);
