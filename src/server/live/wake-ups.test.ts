import { expect, test } from 'vitest';
import { createWakeUps, topics } from './wake-ups.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

test('the topics of one turn of the event loop are published once, each topic once', async () => {
  const published: (readonly string[])[] = [];
  const wakeUps = createWakeUps((woken) => published.push(woken));
  wakeUps.wake(topics.work);
  wakeUps.wake(topics.log('plan-1'));
  wakeUps.wake(topics.work);
  await turn();
  wakeUps.wake(topics.work);
  await turn();
  expect(published).toEqual([['work', 'log:plan-1'], ['work']]);
});

test('a topic from another server wakes the waiters and is not published again', async () => {
  const published: (readonly string[])[] = [];
  const wakeUps = createWakeUps((woken) => published.push(woken));
  const woken = wakeUps.wait(topics.work, 60_000);
  wakeUps.receive(topics.work);
  await woken;
  await turn();
  expect(published).toEqual([]);
});

test('a wake-up of the audit trail stays on its server', async () => {
  const published: (readonly string[])[] = [];
  const wakeUps = createWakeUps((woken) => published.push(woken));
  const woken = wakeUps.wait(topics.audit, 60_000);
  wakeUps.wake(topics.audit);
  await woken;
  await turn();
  expect(published).toEqual([]);
});

test('after a gap all waiters look again', async () => {
  const wakeUps = createWakeUps();
  const all = Promise.all([wakeUps.wait(topics.work, 60_000), wakeUps.wait(topics.phases, 60_000)]);
  wakeUps.receiveAll();
  await all;
});
