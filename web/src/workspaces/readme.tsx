import { Button } from '@mantine/core';
import { relatedId, type Workspace } from '@runwright/client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { laterWords } from '../words/later-words.ts';
import { Card } from '../parts/card.tsx';
import { MarkdownText } from '../parts/markdown-text.tsx';
import { client } from '../session/client.ts';
import classes from './readme.module.css';

const W = laterWords.page.workspace;
/** A shorter text is shown whole. */
const LONG = 1_500;

/** The README of the workspace's current configuration, if it has one. */
export function Readme({ workspace }: { workspace: Workspace }) {
  const hasReadme = relatedId(workspace, 'readme') !== undefined;
  const [isOpen, setOpen] = useState(false);
  const readme = useQuery({
    queryKey: ['readme', workspace.id, relatedId(workspace, 'current-configuration-version')],
    queryFn: async ({ signal }) => {
      const { included = [] } = await client.workspaces.document(workspace.id, {
        include: ['readme'],
        signal,
      });
      const text = included.find(({ type }) => type === 'workspace-readme')?.attributes['raw-markdown'];
      return typeof text === 'string' ? text : '';
    },
    enabled: hasReadme,
  });
  if (!hasReadme || readme.data === undefined || readme.data.trim() === '') return null;
  const isLong = readme.data.length > LONG;
  return (
    <Card title={W.readme}>
      <div className={isLong && !isOpen ? classes['folded'] : undefined}>
        <MarkdownText source={readme.data} />
      </div>
      {isLong && (
        <Button variant="subtle" mt={8} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? W.readmeLess : W.readmeMore}
        </Button>
      )}
    </Card>
  );
}
