import { errorText } from '../parts/page-state.tsx';

/** Acted on at the same time: more would only wait in the browser, and reach the server's limits. */
const AT_ONCE = 6;

/** What has come of an action on several things. */
export interface Acted {
  readonly done: ReadonlySet<string>;
  /** The reason by the id of each that was refused. */
  readonly refused: ReadonlyMap<string, string>;
}

/** Acts on each of the ids. One that is refused, since it has changed meanwhile for example, does not stop the others. */
export async function actOnEach(
  ids: readonly string[],
  act: (id: string) => Promise<unknown>,
  tell: (ended: number) => void = () => undefined,
): Promise<Acted> {
  const done = new Set<string>();
  const refused = new Map<string, string>();
  const left = [...ids];
  const work = async (): Promise<void> => {
    for (let id = left.shift(); id !== undefined; id = left.shift()) {
      const acted = id;
      await act(acted).then(
        () => done.add(acted),
        (error: unknown) => refused.set(acted, errorText(error)),
      );
      tell(done.size + refused.size);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { done, refused };
}
