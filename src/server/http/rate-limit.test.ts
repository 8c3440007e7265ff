import type { FastifyReply } from 'fastify';
import { describe, expect, it } from 'vitest';
import { createRateLimiter } from './rate-limit.ts';

function makeReply(): { reply: FastifyReply; headers: Record<string, string> } {
  const headers: Record<string, string> = {};
  const reply = { headers: (more: Record<string, string>) => Object.assign(headers, more) };
  return { reply: reply as unknown as FastifyReply, headers };
}

describe('the rate limit', () => {
  it('admits its number of requests a second for each caller, and tells when the next may come', () => {
    let time = 5_000_250;
    const limiter = createRateLimiter(2, () => time);
    const { reply, headers } = makeReply();
    limiter.take('a', reply);
    expect(headers).toEqual({
      'X-RateLimit-Limit': '2',
      'X-RateLimit-Remaining': '1',
      'X-RateLimit-Reset': '0.75',
    });
    limiter.take('a', reply);
    expect(() => limiter.take('a', reply)).toThrow("You have exceeded the API's rate limit.");
    expect(headers['X-RateLimit-Remaining']).toBe('0');
    limiter.take('b', reply);
    time = 5_001_000;
    limiter.take('a', reply);
    expect(headers['X-RateLimit-Remaining']).toBe('1');
  });

  it('still admits requests when the clock is set back', () => {
    let time = 9_000_000;
    const limiter = createRateLimiter(1, () => time);
    const { reply } = makeReply();
    limiter.take('a', reply);
    time = 1_000_000;
    limiter.take('a', reply);
  });

  it('of 0 counts nothing and sends no headers', () => {
    const limiter = createRateLimiter(0);
    const { reply, headers } = makeReply();
    for (let index = 0; index < 100; index += 1) limiter.take('a', reply);
    expect(headers).toEqual({});
  });
});
