import { ActionIcon, Tooltip } from '@mantine/core';
import { useState } from 'react';
import { words } from '../words/words.ts';
import { copyText } from './copy-text.ts';
import { Icon } from './icon.tsx';

const SHOWN_MS = 1_500;

export function CopyButton({ text, label }: { text: string; label: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await copyText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), SHOWN_MS);
  };
  return (
    <Tooltip label={copied ? words.action.copied : label}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={24}
        aria-label={copied ? words.action.copied : label}
        onClick={() => void copy()}
      >
        <Icon name={copied ? 'check' : 'copy'} size={14} />
      </ActionIcon>
    </Tooltip>
  );
}
