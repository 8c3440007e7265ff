import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { JsonApiErrors } from './json-api-errors.ts';
import { ApplyResource, ApplyStatus, PlanResource, PlanStatus } from './phase-documents.ts';
import { RunDocument, RunListDocument } from './run-document.ts';
import { CommentResource, RunEventResource } from './timeline-documents.ts';

function fixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), 'utf8'));
}

describe('RunDocument', () => {
  it("reads the specification's run and keeps every part of it", () => {
    const document = RunDocument.parse(fixture('run-details'));
    expect(document).toEqual(fixture('run-details'));
    expect(document.data.attributes.source).toBe('tfe-cli');
    expect(document.data.attributes['status-timestamps']?.['planned-at']).toBe('2023-05-05T15:46:02Z');
    expect(document.data.relationships?.['cost-estimate']?.data?.id).toBe('ce-BPvFFrYCqRV6qVBK');
  });

  it('passes unknown attributes, relationships, statuses and sources on', () => {
    const document = {
      data: {
        id: 'run-1',
        type: 'runs',
        attributes: { status: 'hatching', source: 'carrier-pigeon', 'new-thing': { deep: [1] } },
        relationships: { 'new-friend': { data: { id: 'x-1', type: 'friends' } } },
        extra: true,
      },
      jsonapi: { version: '1.1' },
    };
    expect(RunDocument.parse(document)).toEqual(document);
  });

  it('accepts null where the platform sends it', () => {
    const attributes = {
      status: 'pending',
      'canceled-at': null,
      'target-addrs': null,
      'auto-apply': null,
      'terraform-version': null,
    };
    const relationships = { 'confirmed-by': { data: null }, 'policy-checks': { data: [] } };
    const document = { data: { id: 'run-1', type: 'runs', attributes, relationships } };
    expect(RunDocument.parse(document)).toEqual(document);
  });

  it('reads a newer server, which sends words instead of booleans, and null for events that did not happen', () => {
    const attributes = {
      status: 'pending',
      permissions: { 'can-apply': true, 'can-apply-until': '2026-01-02T03:04:05Z', 'can-sign': null },
      'status-timestamps': { 'planned-at': null },
    };
    const document = { data: { id: 'run-1', type: 'runs', attributes } };
    expect(RunDocument.parse(document)).toEqual(document);
  });

  it.each([
    [{}],
    [{ data: null }],
    [{ data: { id: 'run-1', type: 'plans', attributes: { status: 'pending' } } }],
    [{ data: { id: 'run-1', type: 'runs', attributes: {} } }],
    [{ data: { id: 'run-1', type: 'runs', attributes: { status: 'pending', 'has-changes': 'no' } } }],
  ])('refuses %j', (document) => {
    expect(RunDocument.safeParse(document).success).toBe(false);
  });
});

describe('RunListDocument', () => {
  it("reads the specification's list and keeps every part of it", () => {
    const document = RunListDocument.parse(fixture('run-list'));
    expect(document).toEqual(fixture('run-list'));
    expect(document.meta?.pagination).toMatchObject({
      'current-page': 1,
      'total-count': 2,
      'next-page': null,
    });
    expect(document.data.map(({ attributes }) => attributes.source)).toEqual(['tfe-cli', 'api']);
  });

  it("reads an organization's list, which has no totals", () => {
    const pagination = { 'current-page': 1, 'page-size': 20, 'prev-page': null, 'next-page': 2 };
    const document = { data: [], meta: { pagination }, links: { self: '/x', prev: null, next: '/y' } };
    expect(RunListDocument.parse(document)).toEqual(document);
  });
});

describe('PlanResource and ApplyResource', () => {
  it('read a plan and an apply without counts', () => {
    const attributes = {
      status: 'pending',
      'log-read-url': 'https://a.example/l',
      'resource-additions': null,
    };
    expect(PlanResource.safeParse({ id: 'plan-1', type: 'plans', attributes }).success).toBe(true);
    expect(ApplyResource.safeParse({ id: 'apply-1', type: 'applies', attributes }).success).toBe(true);
    expect(ApplyResource.safeParse({ id: 'plan-1', type: 'plans', attributes }).success).toBe(false);
  });

  it('know the statuses of each', () => {
    expect(PlanStatus.options).toContain('managed_queued');
    expect(ApplyStatus.options).toEqual(expect.arrayContaining(['created', 'agent_queued', 'unreachable']));
  });
});

describe('the timeline', () => {
  it('reads comments and events', () => {
    const comment = { id: 'wsc-1', type: 'comments', attributes: { body: 'Looks good' } };
    const event = {
      id: 're-1',
      type: 'run-events',
      attributes: { action: 'confirmed', description: '', 'created-at': '2026-01-02T03:04:05.678Z' },
      relationships: { actor: { data: { id: 'user-1', type: 'users' } }, comment: { data: null } },
    };
    expect(CommentResource.parse(comment)).toEqual(comment);
    expect(RunEventResource.parse(event)).toEqual(event);
  });
});

describe('JsonApiErrors', () => {
  it("reads the contract's error", () => {
    expect(JsonApiErrors.parse(fixture('errors'))).toEqual(fixture('errors'));
  });

  it('understands a server that sends the code as a number', () => {
    expect(
      JsonApiErrors.parse({ errors: [{ status: 429, title: 'Too many requests' }] }).errors[0]?.status,
    ).toBe('429');
  });

  it('refuses a body without errors', () => {
    expect(JsonApiErrors.safeParse({ error: 'no' }).success).toBe(false);
  });
});

describe('the documents', () => {
  it.each([
    ['a run', RunDocument],
    ['a list', RunListDocument],
    ['a plan', PlanResource],
    ['an apply', ApplyResource],
    ['errors', JsonApiErrors],
  ])('can be published as JSON Schema: %s', (_name, schema) => {
    expect(z.toJSONSchema(schema)).toMatchObject({ type: 'object' });
  });
});
