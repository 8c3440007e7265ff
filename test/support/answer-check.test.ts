import pino from 'pino';
import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { json, nothing, type Answers } from '../../src/server/http/answers.ts';
import { createApp } from '../../src/server/http/app.ts';
import { documentOf, resource } from '../../src/server/http/document-schema.ts';
import { endpoint, registerEndpoints, type Answer } from '../../src/server/http/endpoint.ts';
import { checkAnswers } from './answer-check.ts';

const Thing = resource('things', { name: z.string(), size: z.int().optional() });

async function answerWith(answer: Answer, answers: Answers = { 200: documentOf(Thing) }): Promise<void> {
  const app = createApp(pino({ level: 'silent' }), null);
  const thing = endpoint({
    method: 'GET',
    url: '/thing',
    summary: 'A thing',
    access: 'anyone',
    params: z.object({}),
    answers,
    handle: async () => answer,
  });
  registerEndpoints(app, [thing], async () => null);
  await app.inject({ method: 'GET', url: '/thing' });
  await app.close();
}
afterEach(() => checkAnswers());

const thing = (attributes: object) => ({ data: { id: 't-1', type: 'things', attributes } });

test('an answer as declared passes', async () => {
  await answerWith({ status: 200, body: thing({ name: 'a' }) });
  expect(() => checkAnswers()).not.toThrow();
});

test.each([
  ['a status that is not declared', { status: 201, body: thing({ name: 'a' }) }, /status is not declared/],
  ['a member that is missing', { status: 200, body: thing({}) }, /data\.attributes\.name/],
  ['a member of another type', { status: 200, body: thing({ name: 1 }) }, /data\.attributes\.name/],
  [
    'a member that is not declared',
    { status: 200, body: thing({ name: 'a', more: 1 }) },
    /not declared: data\.attributes\.more/,
  ],
  ['an empty body', { status: 200 }, /body is empty/],
  [
    'another media type',
    { status: 200, text: '{}', headers: { 'Content-Type': 'text/html' } },
    /text\/html is not declared/,
  ],
])('%s fails', async (_what, answer, problem) => {
  await answerWith(answer);
  expect(() => checkAnswers()).toThrow(problem);
});

test('a body where none is declared fails', async () => {
  await answerWith({ status: 200, body: {} }, { 200: nothing });
  expect(() => checkAnswers()).toThrow(/is not declared/);
});

test('plain JSON is sent as such', async () => {
  await answerWith({ status: 200, body: { a: 1 } }, { 200: json(z.object({ a: z.int() })) });
  expect(() => checkAnswers()).not.toThrow();
});
