import { describe, expect, it } from 'vitest';
import type { RunParamsInput } from '../run-params.ts';
import { encodeRunCreate } from './encode-run-create.ts';

describe('encodeRunCreate', () => {
  it('sends the kind of the run, and otherwise only what was asked for', () => {
    expect(encodeRunCreate({ workspace_id: 'ws-a' }).data.attributes).toEqual({
      'plan-only': false,
      'is-destroy': false,
      refresh: true,
    });
  });

  it('sends auto-apply when it is given, even if it is false', () => {
    const attributesFor = (params: RunParamsInput) =>
      encodeRunCreate({ workspace_id: 'ws-a', params }).data.attributes;
    expect(attributesFor({ auto_apply: false })).toHaveProperty('auto-apply', false);
    expect(attributesFor({ auto_apply: undefined })).not.toHaveProperty('auto-apply');
  });

  it('treats undefined as absent, so that it does not hide a default', () => {
    const { attributes } = encodeRunCreate({ workspace_id: 'ws-a', params: { refresh: undefined } }).data;
    expect(attributes['refresh']).toBe(true);
  });

  it('names the configuration version as a relationship, never as an attribute', () => {
    const { data } = encodeRunCreate({ workspace_id: 'ws-a', configuration_version_id: 'cv-b' });
    expect(data.relationships['configuration-version']).toEqual({
      data: { id: 'cv-b', type: 'configuration-versions' },
    });
    expect(JSON.stringify(data.attributes)).not.toContain('cv-b');
  });
});
