import pino from 'pino';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { json, nothing, type Answers } from '../../src/server/http/answers.ts';
import { createApp } from '../../src/server/http/serve/app.ts';
import { documentOf, resource } from '../../src/server/http/document-schema.ts';
import { endpoint, type Answer } from '../../src/server/http/endpoint.ts';
import { registerEndpoints } from '../../src/server/http/serve/register-endpoints.ts';
import { watchAnswers, type AnswerCheck } from './answer-check.ts';

const Thing = resource('things', { name: z.string(), size: z.int().optional() });

async function answerWith(
  answer: Answer,
  answers: Answers = { 200: documentOf(Thing) },
): Promise<AnswerCheck> {
  const { started: app, answers: found } = watchAnswers(() => createApp(pino({ level: 'silent' }), null));
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
  return found;
}

const thing = (attributes: object) => ({ data: { id: 't-1', type: 'things', attributes } });

test('an answer as declared passes', async () => {
  const found = await answerWith({ status: 200, body: thing({ name: 'a' }) });
  expect(() => found.check()).not.toThrow();
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
  const found = await answerWith(answer);
  expect(() => found.check()).toThrow(problem);
});

test('a body where none is declared fails', async () => {
  const found = await answerWith({ status: 200, body: {} }, { 200: nothing });
  expect(() => found.check()).toThrow(/is not declared/);
});

test('plain JSON is sent as such', async () => {
  const found = await answerWith({ status: 200, body: { a: 1 } }, { 200: json(z.object({ a: z.int() })) });
  expect(() => found.check()).not.toThrow();
});

test('an answer of one application is not counted for another', async () => {
  const wrong = await answerWith({ status: 201, body: thing({ name: 'a' }) });
  const right = await answerWith({ status: 200, body: thing({ name: 'a' }) });
  expect(() => right.check()).not.toThrow();
  expect(() => wrong.check()).toThrow(/201: the status is not declared/);
});

test('the answers of an unwatched application are not checked', async () => {
  const { answers: found } = watchAnswers(() => undefined);
  const app = createApp(pino({ level: 'silent' }), null);
  app.get('/free', () => ({ any: 'thing' }));
  await app.inject({ method: 'GET', url: '/free' });
  await app.close();
  expect(() => found.check()).not.toThrow();
});
