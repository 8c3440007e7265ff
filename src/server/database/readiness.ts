/**
 * Whether a database answers, for any caller, known or not. All callers share one open question: each probe of a
 * database that hangs would otherwise take one more session.
 *
 * @param ask rejects when the database refuses
 * @param waitMs how long each caller waits for the answer
 * @param onFailure gets the reason why it is not ready
 */
export function createReadiness(
  ask: () => Promise<unknown>,
  waitMs: number,
  onFailure: (error: unknown) => void,
): () => Promise<boolean> {
  let open: Promise<unknown> | undefined;

  function question(): Promise<unknown> {
    if (open) return open;
    const asked = ask();
    open = asked;
    const settle = () => void (open = undefined);
    asked.then(settle, settle);
    return asked;
  }

  return async () => {
    let timer: NodeJS.Timeout | undefined;
    try {
      const tooLate = new Promise<never>((_resolve, reject) => {
        timer = setTimeout(() => reject(new Error(`no answer in ${waitMs} ms`)), waitMs);
      });
      await Promise.race([question(), tooLate]);
      return true;
    } catch (error) {
      onFailure(error);
      return false;
    } finally {
      clearTimeout(timer);
    }
  };
}
