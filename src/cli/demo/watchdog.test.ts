import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startWatchdog } from './watchdog.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('work that makes progress now and then is never ended, however long it takes', () => {
  const { signal, moved, stop } = startWatchdog(1_000);
  for (let second = 0; second < 100; second += 1) {
    vi.advanceTimersByTime(900);
    moved();
  }
  expect(signal.aborted).toBe(false);
  stop();
});

test('work without progress is ended, with the time of its silence', async () => {
  const { signal, ended, moved } = startWatchdog(1_000);
  moved();
  vi.advanceTimersByTime(1_001);
  expect(signal.aborted).toBe(true);
  await expect(ended).rejects.toThrow('nothing happened for 1 s');
});

test('a stopped watchdog ends nothing', () => {
  const { signal, stop } = startWatchdog(1_000);
  stop();
  vi.advanceTimersByTime(10_000);
  expect(signal.aborted).toBe(false);
});
