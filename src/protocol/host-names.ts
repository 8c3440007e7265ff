/** Hosts as terraform compares them: in lower case and ASCII, with a port where it is not 443. */

/** A name that terraform takes as a host: with another one in it its whole CLI configuration would fail. */
const HOST =
  /^(?!.*(?:^|\.)(?!xn--)..--)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*(?::\d+)?$/;

export const isHostName = (text: string): boolean => HOST.test(text);

/** @returns the hosts of a list with commas, each once; undefined where one of them is none */
export function parseHostNames(text: string): string[] | undefined {
  const hosts = new Set<string>();
  for (const part of text.split(',').map((each) => each.trim())) {
    if (part === '') continue;
    // Only what stands for a host: an address with a path or a user would be cut down to one without a word.
    const isHost = !/[/@?#\\\s]/.test(part) && URL.canParse(`https://${part}`);
    const host = isHost ? new URL(`https://${part}`).host : '';
    if (!isHostName(host)) return undefined;
    hosts.add(host);
  }
  return [...hosts];
}
