import { Button, Textarea } from '@mantine/core';
import type { Run } from '@runwright/client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { laterWords } from '../words/later-words.ts';
import { Card } from '../parts/card.tsx';
import { client } from '../session/client.ts';
import { Refused } from '../parts/refused.tsx';
import { COMMENT_FIELD, useDraft, writeDraft } from './comment-draft.ts';
import { CommentText } from './comment-text.tsx';
import classes from './comments.module.css';

const C = laterWords.comment;

/** The comments on the run, including those with decisions. */
export function Comments({ run: { id, attributes } }: { run: Run }) {
  const queries = useQueryClient();
  const body = useDraft(id);
  const comments = useQuery({
    queryKey: ['comments', id, attributes.status],
    queryFn: ({ signal }) => client.runs.comments(id, { signal }),
    placeholderData: (before) => before,
  });
  const add = useMutation({
    mutationFn: (text: string) => client.runs.comment(id, text),
    onSuccess: async () => {
      writeDraft('');
      await queries.invalidateQueries({ queryKey: ['comments', id] });
    },
  });
  return (
    <Card title={C.title}>
      <div className="stack">
        {comments.data?.length === 0 && <p className="muted">{C.none}</p>}
        {comments.data?.map((comment) => (
          <p key={comment.id} className={`${classes['comment'] ?? ''} foreign`}>
            <CommentText text={comment.attributes.body} />
          </p>
        ))}
        {attributes.permissions?.['can-comment'] !== false && (
          <>
            <Textarea
              id={COMMENT_FIELD}
              aria-label={C.comment}
              placeholder={C.placeholder}
              autosize
              minRows={2}
              value={body}
              onChange={({ currentTarget }) => writeDraft(currentTarget.value)}
            />
            <Refused error={add.error} />
            <div>
              <Button
                variant="default"
                disabled={body.trim() === ''}
                loading={add.isPending}
                onClick={() => add.mutate(body)}
              >
                {C.add}
              </Button>
            </div>
          </>
        )}
      </div>
    </Card>
  );
}
