import { Button, Tooltip } from '@mantine/core';
import { relatedId, type Run } from '@runwright/client';
import type { RunParamsInput } from '@runwright/models';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { words } from '../words/words.ts';
import { errorText } from '../parts/page-state.tsx';
import { Icon } from '../parts/icon.tsx';
import { usePlace } from '../place/use-place.ts';
import { client } from '../session/client.ts';
import type { RunView } from './run-view.ts';

/** Starts the same run again, with all its flags. */
export function RetryButton({ view }: { view: RunView }) {
  const { org, workspace } = usePlace();
  const navigate = useNavigate();
  const retry = useMutation({
    mutationFn: async (run: Run) =>
      await client.runs.create({
        workspace_id: view.workspaceId ?? '',
        params: paramsOf(run),
        configuration_version_id: relatedId(run, 'configuration-version'),
      }),
    onSuccess: (run) =>
      navigate({
        to: '/$org/workspaces/$workspace/runs/$run',
        params: { org, workspace: view.workspaceName ?? workspace, run: run.id },
      }),
  });
  return (
    <Tooltip label={retry.error === null ? '' : errorText(retry.error)} opened={retry.isError} color="red">
      <Button
        size="sm"
        variant="default"
        leftSection={<Icon name="undo" size={14} />}
        loading={retry.isPending}
        onClick={() => retry.mutate(view.run)}
      >
        {words.action.retry}
      </Button>
    </Tooltip>
  );
}

/** The parameters of a run's start. */
function paramsOf({ attributes: a }: Run): RunParamsInput {
  const listed = (addresses: readonly string[] | null | undefined): string[] | undefined =>
    addresses === undefined || addresses === null || addresses.length === 0 ? undefined : [...addresses];
  return {
    message: a.message ?? undefined,
    is_destroy: a['is-destroy'],
    refresh: a.refresh,
    refresh_only: a['refresh-only'],
    plan_only: a['plan-only'] ?? undefined,
    save_plan: a['save-plan'],
    allow_empty_apply: a['allow-empty-apply'],
    debugging_mode: a['debugging-mode'],
    allow_config_generation: a['allow-config-generation'] ?? undefined,
    target_addrs: listed(a['target-addrs']),
    replace_addrs: listed(a['replace-addrs']),
    variables: a.variables?.map(({ key, value }) => ({ key, value })),
    ...(a['plan-only'] === true && a['terraform-version']
      ? { terraform_version: a['terraform-version'] }
      : {}),
  };
}
