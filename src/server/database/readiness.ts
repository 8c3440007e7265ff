/**
 * Whether a database answers, for any caller, known or not. While one question is open nobody asks another: a
 * database that hangs would otherwise have a session less for each probe.
 *
 * @param ask rejects where the database says no
 * @param waitMs how long each who asks waits for it
 * @param onFailure hears why it is not ready
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
