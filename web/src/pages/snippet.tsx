import { CodeSnippet } from '../parts/code-snippet.tsx';

/** The block that connects a folder of terraform files with a workspace. */
export function Snippet({ org, workspace }: { org: string; workspace: string }) {
  const text = `terraform {
  cloud {
    hostname     = "${location.host}"
    organization = "${org}"
    workspaces { name = "${workspace}" }
  }
}`;
  return <CodeSnippet text={text} />;
}
