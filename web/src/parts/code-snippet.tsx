import { words } from '../words/words.ts';
import { CopyButton } from './copy.tsx';
import classes from './code-snippet.module.css';

/** Text with a button that copies it. */
export const CodeSnippet = ({ text }: { text: string }) => (
  <div className={classes['snippet']}>
    <pre>{text}</pre>
    <CopyButton text={text} label={words.action.copy} />
  </div>
);
