import { ApiError } from './api-error.ts';

/** An answer whose body has not been read yet. Read it to its end, or close it. */
export interface OpenAnswer {
  readonly status: number;
  readonly headers: Headers;
  /**
   * The body, piece by piece; it can be read once. Throws an ApiError with code `timeout` when nothing arrives for a
   * while, and the signal's reason when the caller gave up.
   */
  readonly chunks: AsyncGenerator<Uint8Array, void, undefined>;
  /** Drops the rest. */
  close(): Promise<void>;
}

export interface OpenLimits {
  /** An answer without a byte for this long counts as lost. */
  readonly idleMs: number;
  readonly signal: AbortSignal | undefined;
}

/** Makes a body readable piece by piece. `abort` closes the connection. */
export function openAnswer(
  response: Response,
  abort: (reason: unknown) => void,
  { idleMs, signal }: OpenLimits,
): OpenAnswer {
  const reader = response.body?.getReader();
  const onAbort = (): void => {
    abort(signal?.reason);
  };
  signal?.addEventListener('abort', onAbort, { once: true });

  async function close(): Promise<void> {
    signal?.removeEventListener('abort', onAbort);
    await reader?.cancel().catch(() => undefined);
  }

  async function* read(): AsyncGenerator<Uint8Array, void, undefined> {
    if (reader === undefined) return;
    try {
      for (;;) {
        const part = await withinIdle(() => reader.read());
        if (part.done) return;
        yield part.value;
      }
    } finally {
      await close();
    }
  }

  /** One step, unless it takes too long or the caller gives up. The body may not notice that it was aborted. */
  async function withinIdle<T>(step: () => Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    let stop = (): void => undefined;
    const given = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new ApiError({ code: 'timeout', status: 0, title: 'no more of the answer arrived in time' }));
      }, idleMs);
      stop = () => {
        reject(signal?.reason as Error);
      };
      signal?.addEventListener('abort', stop, { once: true });
    });
    try {
      return await Promise.race([step(), given]);
    } catch (error) {
      abort(error);
      if (signal?.aborted === true) throw signal.reason;
      if (error instanceof ApiError) throw error;
      throw new ApiError({ code: 'unreachable', status: 0, title: 'the answer broke off', cause: error });
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
    }
  }

  return { status: response.status, headers: response.headers, chunks: read(), close };
}
