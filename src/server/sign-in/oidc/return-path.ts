export const HOME = '/app';
const BASE = 'http://a-host-of-nobody.invalid';
const MAX_LENGTH = 2_000;

/** The page after a sign-in: always one of the web pages, whatever was requested (threat P6). */
export function returnPath(text: string | undefined): string {
  if (text === undefined || text.length > MAX_LENGTH || !/^\/app(?:[/?#][!-[\]-~]*)?$/.test(text))
    return HOME;
  const { origin, pathname, search, hash } = new URL(text, BASE);
  const isOurs = origin === BASE && (pathname === HOME || pathname.startsWith(`${HOME}/`));
  return isOurs ? pathname + search + hash : HOME;
}
