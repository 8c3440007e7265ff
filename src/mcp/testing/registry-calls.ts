import { call, type ToolCall } from './tool-call.ts';

const PAGE = 'page[number]=1&page[size]=20';
const MODULE = { organization: 'acme', name: 'network', provider: 'aws' };
const OF_MODULE = 'organizations/acme/registry-modules/private/acme/network/aws';

/** Modules and providers of an organization, each tool once. */
export const REGISTRY_CALLS: readonly ToolCall[] = [
  call(
    'search_private_registry',
    { organization: 'acme', kind: 'modules', q: 'net' },
    `GET organizations/acme/registry-modules?${PAGE}&q=net`,
  ),
  call(
    'get_private_module_details',
    { ...MODULE, version: '1.0.0' },
    'GET /api/registry/v1/modules/acme/network/aws/1.0.0',
  ),
  call(
    'delete_private_module_version',
    { ...MODULE, version: '1.0.0' },
    `GET ${OF_MODULE}/version?module_version=1.0.0`,
    `DELETE ${OF_MODULE}/1.0.0`,
  ),
];

/** With other arguments than {@link REGISTRY_CALLS}. */
export const OTHER_REGISTRY_CALLS: readonly ToolCall[] = [
  call(
    'search_private_registry',
    { organization: 'acme', kind: 'providers' },
    `GET organizations/acme/registry-providers?${PAGE}`,
  ),
];
