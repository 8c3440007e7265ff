/** The URLs at which terraform and tofu find the registries, in service discovery and in the settings of runners. */
export const MODULE_REGISTRY = '/api/registry/v1/modules/';
export const PROVIDER_REGISTRY = '/api/registry/v1/providers/';
/** Archives lie below it, under signed URLs: no organization can have this name. */
export const REGISTRY_DOWNLOADS = '/api/registry/v1/downloads/';
