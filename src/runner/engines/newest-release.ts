import type { EngineProduct } from '../../protocol/agent.ts';
import type { EngineSettings } from '../settings.ts';
import { PRODUCTS } from './differences.ts';
import { fetchBytes, NoSuchFile } from '../downloads/request.ts';
import { isExactVersion, newestOf, type Matcher } from './version.ts';

const LIST = { bytes: 32 * 1024 ** 2, milliseconds: 60_000 };

/** The newest version that the product's site, or its mirror, names and that fits. Errors: {@link NoSuchFile}. */
export async function findNewestRelease(
  product: EngineProduct,
  matches: Matcher,
  { releases }: Pick<EngineSettings, 'releases'>,
): Promise<string> {
  const { site } = PRODUCTS[product];
  const url = site.listOf(releases[product].mirrorUrl);
  const names = readVersions(await fetchBytes(url, LIST), site.readList);
  if (!names) throw new Error('what is there is no list of versions');
  const newest = newestOf(names.filter(isExactVersion), (version) => version, matches);
  if (newest === undefined) throw new NoSuchFile('no version in its list fits');
  return newest;
}

function readVersions(
  bytes: Buffer,
  readList: (list: unknown) => string[] | undefined,
): string[] | undefined {
  try {
    return readList(JSON.parse(bytes.toString('utf8')));
  } catch {
    return undefined;
  }
}
