import { Button, Textarea } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { words } from '../words/words.ts';
import { Card } from '../parts/card.tsx';
import { visibleText } from '../parts/visible-text.ts';
import { client } from '../session/client.ts';
import { Refused } from '../parts/refused.tsx';
import type { RunView } from './run-view.ts';
import classes from './run.module.css';

/** The comments on the run, including those with decisions. */
export function Comments({ view }: { view: RunView }) {
  const { id, attributes } = view.run;
  const queries = useQueryClient();
  const [body, setBody] = useState('');
  const comments = useQuery({
    queryKey: ['comments', id, view.status],
    queryFn: ({ signal }) => client.runs.comments(id, { signal }),
    placeholderData: (before) => before,
  });
  const add = useMutation({
    mutationFn: (text: string) => client.runs.comment(id, text),
    onSuccess: async () => {
      setBody('');
      await queries.invalidateQueries({ queryKey: ['comments', id] });
    },
  });
  return (
    <Card title={words.run.comments}>
      <div className="stack">
        {comments.data?.length === 0 && <p className="muted">{words.run.noComments}</p>}
        {comments.data?.map((comment) => (
          <p key={comment.id} className={`${classes['comment'] ?? ''} foreign`}>
            {visibleText(comment.attributes.body)}
          </p>
        ))}
        {attributes.permissions?.['can-comment'] !== false && (
          <>
            <Textarea
              aria-label={words.run.comment}
              placeholder={words.run.commentPlaceholder}
              autosize
              minRows={2}
              value={body}
              onChange={({ currentTarget }) => setBody(currentTarget.value)}
            />
            <Refused error={add.error} />
            <div>
              <Button
                variant="default"
                disabled={body.trim() === ''}
                loading={add.isPending}
                onClick={() => add.mutate(body)}
              >
                {words.run.addComment}
              </Button>
            </div>
          </>
        )}
      </div>
    </Card>
  );
}
