import { useMutation, useQueryClient } from '@tanstack/react-query';
import { words } from '../words/words.ts';
import { ReasonDialog } from '../parts/reason-dialog.tsx';

/** Lets the run go on in spite of a failed check; the reason is kept with the check, and as a comment. */
export function OverrideDialog({
  runId,
  title,
  text,
  override,
  close,
}: {
  runId: string;
  title: string;
  text: string;
  override: (comment: string) => Promise<unknown>;
  close: () => void;
}) {
  const queries = useQueryClient();
  const act = useMutation({
    mutationFn: override,
    onSuccess: close,
    onSettled: () => {
      for (const key of ['run', 'gates', 'comments'])
        void queries.invalidateQueries({ queryKey: [key, runId] });
    },
  });
  return (
    <ReasonDialog
      title={title}
      text={text}
      button={words.gate.override}
      isReasonNeeded
      isDangerous
      act={act}
      close={close}
    />
  );
}
