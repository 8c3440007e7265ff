const linesText = (from: number, to: number): string =>
  from === to ? `line ${String(from)}` : `lines ${String(from)}–${String(to)}`;

export const commentWords = {
  title: 'Comments',
  comment: 'Comment',
  placeholder: 'Say something about this run',
  add: 'Add comment',
  none: 'No comments yet.',
  lines: {
    plan: (from: number, to: number) => `plan, ${linesText(from, to)}`,
    apply: (from: number, to: number) => `apply, ${linesText(from, to)}`,
  },
} as const;
