/** Host names in terraform's form for comparison: lower case and ASCII, with a port where it is not 443. */

/** A valid host name for terraform: any other name would make its whole CLI configuration fail. */
const HOST =
  /^(?!.*(?:^|\.)(?!xn--)..--)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*(?::\d+)?$/;

export const isHostName = (text: string): boolean => HOST.test(text);

/** @returns the hosts of a list with commas, each once; undefined where one of them is invalid */
export function parseHostNames(text: string): string[] | undefined {
  const hosts = new Set<string>();
  for (const part of text.split(',').map((each) => each.trim())) {
    if (part === '') continue;
    // Only plain hosts: an address with a path or a user would silently be shortened to its host.
    const isHost = !/[/@?#\\\s]/.test(part) && URL.canParse(`https://${part}`);
    const host = isHost ? new URL(`https://${part}`).host : '';
    if (!isHostName(host)) return undefined;
    hosts.add(host);
  }
  return [...hosts];
}
