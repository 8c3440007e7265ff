import { relatedId, type Workspace } from '@runwright/client';
import { Link } from '@tanstack/react-router';
import { laterWords } from '../words/later-words.ts';
import { Card } from '../parts/card.tsx';
import { Facts } from '../parts/facts.tsx';
import { Age, durationText } from '../parts/time.tsx';
import { DriftMark } from './drift-mark.tsx';

const H = laterWords.page.health;

/** How the workspace has fared: its last apply, its failures, and whether its resources are as terraform left them. */
export function WorkspaceHealth({ org, workspace }: { org: string; workspace: Workspace }) {
  const { attributes: a } = workspace;
  const { 'run-failures': failures, 'workspace-kpis-runs-count': runs } = a;
  const { 'plan-duration-average': planMs, 'apply-duration-average': applyMs } = a;
  const drifted = a['resources-drifted'];
  const finder = relatedId(workspace, 'drift-found-by');
  const state = relatedId(workspace, 'current-state-version');
  if (state === undefined && (runs ?? 0) === 0) return null;
  return (
    <Card title={H.title}>
      <Facts
        facts={[
          [H.applied, a['last-applied-at'] ? <Age key="applied" at={a['last-applied-at']} /> : H.never],
          [
            H.failures,
            typeof failures === 'number' && typeof runs === 'number' ? H.ofRuns(failures, runs) : undefined,
          ],
          [
            H.drift,
            state === undefined ? undefined : (
              <span key="drift" className="row">
                {drifted === null || drifted === undefined ? (
                  H.notLooked
                ) : drifted === 0 ? (
                  H.noDrift
                ) : (
                  <DriftMark workspace={workspace} />
                )}
                {finder !== undefined && (
                  <Link
                    to="/$org/workspaces/$workspace/runs/$run"
                    params={{ org, workspace: a.name, run: finder }}
                  >
                    {H.look}
                  </Link>
                )}
              </span>
            ),
          ],
          [H.plan, typeof planMs === 'number' ? durationText(planMs) : undefined],
          [H.apply, typeof applyMs === 'number' ? durationText(applyMs) : undefined],
        ]}
      />
    </Card>
  );
}
