import * as z from 'zod';
import { HASHICORP_RELEASE_KEY } from './hashicorp-release-key.ts';
import { OPENTOFU_RELEASE_KEY } from './opentofu-release-key.ts';

/** Where the releases of a product are, and what its files are called. A mirror is an address without a last slash. */
export interface ReleaseSite {
  /** For people: where releases come from when no mirror is set. */
  home: string;
  listOf(mirror: string | undefined): string;
  /** The versions that a list names; undefined when it is no such list. */
  readList(list: unknown): string[] | undefined;
  folderOf(mirror: string | undefined, version: string): string;
  /** Ends of the names of archives, the preferred one first. */
  archives: readonly string[];
  /** Ends of the name of the checksums' signature, in the order in which they are asked for. */
  signatures: readonly string[];
  /** Armored OpenPGP keys, one of which signs the checksums. */
  keys: string;
}

const TERRAFORM_HOME = 'https://releases.hashicorp.com';
const TerraformList = z.object({ versions: z.record(z.string(), z.unknown()) });

export const TERRAFORM_SITE: ReleaseSite = {
  home: TERRAFORM_HOME,
  listOf: (mirror = TERRAFORM_HOME) => `${mirror}/terraform/index.json`,
  readList(list) {
    const { data } = TerraformList.safeParse(list);
    return data && Object.keys(data.versions);
  },
  folderOf: (mirror = TERRAFORM_HOME, version) => `${mirror}/terraform/${version}`,
  archives: ['.zip'],
  signatures: ['.72D7468F.sig', '.sig'],
  keys: HASHICORP_RELEASE_KEY,
};

const OPENTOFU_FILES = 'https://github.com/opentofu/opentofu/releases/download';
const OPENTOFU_HOME = 'https://get.opentofu.org/tofu';
const OpenTofuList = z.object({ versions: z.array(z.object({ id: z.string() })) });

export const OPENTOFU_SITE: ReleaseSite = {
  home: OPENTOFU_HOME,
  listOf: (mirror = OPENTOFU_HOME) => `${mirror}/api.json`,
  readList(list) {
    const { data } = OpenTofuList.safeParse(list);
    return data?.versions.map(({ id }) => id);
  },
  folderOf: (mirror = OPENTOFU_FILES, version) => `${mirror}/v${version}`,
  // A mirror made with OpenTofu's own tool has no other archive than the second.
  archives: ['.zip', '.tar.gz'],
  // The file that ends with .sig is no OpenPGP signature here.
  signatures: ['.gpgsig'],
  keys: OPENTOFU_RELEASE_KEY,
};

/** For messages: without a password, and without a last slash. */
export function shownAddress(address: string): string {
  if (!URL.canParse(address)) return address;
  const { origin, pathname } = new URL(address);
  return `${origin}${pathname}`.replace(/\/+$/, '');
}
