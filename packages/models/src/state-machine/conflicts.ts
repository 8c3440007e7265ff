/** The details of the 409 for a refused action (api-contract §2.4). Clients match on these texts. */
export const CONFLICT = {
  apply: 'run was not paused for confirmation; apply not allowed',
  generated:
    'the plan of this run generated configuration; apply not allowed: add it to the configuration and create a new run',
  discard: 'run was not paused for confirmation or priority; discard not allowed',
  cancel: 'run was not planning or applying; cancel not allowed',
  forceCancel:
    'run was not planning or applying, has not been canceled non-forcefully, or the cool-off period has not yet passed',
} as const;
