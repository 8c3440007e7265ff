import { useEffect } from 'react';
import icon from '../icon.svg';
import { words } from '../words/words.ts';
import { statusLook, type Tone } from '../status/status.ts';

const SIGN: Readonly<Record<Tone, string>> = {
  neutral: '○',
  info: '●',
  attention: '✋',
  good: '✓',
  bad: '✗',
};

/** Each tone has its own colour and its own shape, so that either is enough. */
const SHAPES: Readonly<Record<Tone, string>> = {
  neutral: '<circle cx="16" cy="16" r="9" fill="none" stroke="#7b8496" stroke-width="5"/>',
  info: '<circle cx="16" cy="16" r="12" fill="#2f7fd1"/>',
  attention:
    '<path d="M16 3l14 25H2z" fill="#e2a21b"/><path d="M16 12v8m0 4v.1" stroke="#3a2a00" stroke-width="3.500" stroke-linecap="round"/>',
  good: '<circle cx="16" cy="16" r="14" fill="#1f8a46"/><path d="M9 16.500l5 5 9-10" fill="none" stroke="#fff" stroke-width="4" stroke-linecap="round" stroke-linejoin="round"/>',
  bad: '<rect x="3" y="3" width="26" height="26" rx="6" fill="#c5362d"/><path d="M10 10l12 12M22 10L10 22" stroke="#fff" stroke-width="4" stroke-linecap="round"/>',
};

/** The title and icon of the tab follow the run, so that it can be watched from another tab. */
export function useFavicon(status: string, workspace: string): void {
  const { tone, text } = statusLook(status);
  useEffect(() => {
    document.title = `${SIGN[tone]} ${text} · ${workspace}`;
    const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
    if (link === null) return;
    const picture = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">${SHAPES[tone]}</svg>`;
    link.href = `data:image/svg+xml,${encodeURIComponent(picture)}`;
    return () => {
      link.href = icon;
    };
  }, [tone, text, workspace]);
  useEffect(
    () => () => {
      document.title = words.shell.product;
    },
    [],
  );
}
