import { useMutation, useQueryClient } from '@tanstack/react-query';
import { words } from '../words/words.ts';
import { ReasonDialog } from '../parts/reason-dialog.tsx';
import { client } from '../session/client.ts';

const P = words.gate.policy;

/** Lets the run go on in spite of its policies; the reason is kept with the check, and as a comment. */
export function OverrideDialog({
  runId,
  checkId,
  close,
}: {
  runId: string;
  checkId: string;
  close: () => void;
}) {
  const queries = useQueryClient();
  const override = useMutation({
    mutationFn: (comment: string) => client.policyChecks.override(checkId, { comment }),
    onSuccess: close,
    onSettled: () => {
      for (const key of ['run', 'gates', 'comments'])
        void queries.invalidateQueries({ queryKey: [key, runId] });
    },
  });
  return (
    <ReasonDialog
      title={P.overrideTitle}
      text={P.overrideText}
      button={P.override}
      isReasonNeeded
      isDangerous
      act={override}
      close={close}
    />
  );
}
