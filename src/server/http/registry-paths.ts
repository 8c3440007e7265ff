/** Where terraform and tofu find the registries, as service discovery says and runners are told. */
export const MODULE_REGISTRY = '/api/registry/v1/modules/';
export const PROVIDER_REGISTRY = '/api/registry/v1/providers/';
/** Below it are archives, under addresses that are signed: no organization's name can stand for it. */
export const REGISTRY_DOWNLOADS = '/api/registry/v1/downloads/';
