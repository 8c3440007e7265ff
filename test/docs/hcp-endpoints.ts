import type { Area } from './hcp-area.ts';
import { OTHER_AREAS } from './hcp-other-endpoints.ts';
import { RUN_AREAS } from './hcp-run-endpoints.ts';

/**
 * The endpoints that HCP Terraform and Terraform Enterprise document, by area, below `/api/v2` unless the path is whole
 * (api-contract §1.6, §2, §4, §5). `:x` is a parameter.
 */
export const HCP_AREAS: readonly Area[] = [...RUN_AREAS, ...OTHER_AREAS];
