import { words } from '../words/words.ts';
import { CopyButton } from '../parts/copy.tsx';
import classes from './inbox.module.css';

/** What connects a folder of terraform files with a workspace. */
export function Snippet({ org, workspace }: { org: string; workspace: string }) {
  const text = `terraform {
  cloud {
    hostname     = "${location.host}"
    organization = "${org}"
    workspaces { name = "${workspace}" }
  }
}`;
  return (
    <div className={classes['snippet']}>
      <pre>{text}</pre>
      <CopyButton text={text} label={words.action.copy} />
    </div>
  );
}
