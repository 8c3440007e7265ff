import { words } from '../words/words.ts';
import { ReasonDialog } from '../parts/reason-dialog.tsx';
import type { RunAction } from './copy-as.ts';
import { useRunAction } from './use-run-action.ts';
import type { RunView } from './run-view.ts';

type Asked = Exclude<RunAction, 'apply'>;
const D = words.action.dialog;
const TEXTS: Readonly<Record<Asked, { title: string; text: string; button: string }>> = {
  approve: { title: D.approveTitle, text: D.approveText, button: words.action.approve },
  discard: { title: D.discardTitle, text: D.discardText, button: words.action.discard },
  cancel: { title: D.cancelTitle, text: D.cancelText, button: words.action.cancel },
  'force-cancel': { title: D.forceTitle, text: D.forceText, button: words.action.forceCancel },
  'force-execute': { title: D.executeTitle, text: D.executeText, button: words.action.forceExecute },
};

/** Explains the action, and asks for a reason. */
export function ActionDialog({ view, action, close }: { view: RunView; action: Asked; close: () => void }) {
  return (
    <ReasonDialog
      {...TEXTS[action]}
      takesReason={action !== 'force-execute'}
      isDangerous={action === 'force-cancel'}
      act={useRunAction(view.run.id, action, close)}
      close={close}
    />
  );
}
