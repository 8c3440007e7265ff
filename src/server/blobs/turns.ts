/** Runs one action at a time for each key, in the order of the calls. */
export function createTurns(): <T>(key: string, act: () => Promise<T>) => Promise<T> {
  const turns = new Map<string, Promise<unknown>>();
  return (key, act) => {
    const result = (turns.get(key) ?? Promise.resolve()).then(act);
    const settled = result.then(
      () => {},
      () => {},
    );
    turns.set(key, settled);
    void settled.then(() => {
      if (turns.get(key) === settled) turns.delete(key);
    });
    return result;
  };
}
