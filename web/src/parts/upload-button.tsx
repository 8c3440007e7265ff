import { Button, FileButton } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { words } from '../words/words.ts';
import { Icon } from './icon.tsx';
import { errorText } from './page-state.tsx';

interface Props {
  button: string;
  /** The accepted endings of files, as `.tar.gz,.tgz`. */
  accept: string;
  act: (file: File) => Promise<unknown>;
}

/** Uploads one file and shows the server's errors, one per line. */
export function UploadButton({ button, accept, act }: Props) {
  const upload = useMutation({ mutationFn: act });
  return (
    <span className="stack" style={{ gap: 4 }}>
      <FileButton accept={accept} onChange={(file) => file !== null && upload.mutate(file)}>
        {(props) => (
          <Button
            {...props}
            variant="default"
            loading={upload.isPending}
            leftSection={<Icon name="arrow" size={13} />}
          >
            {button}
          </Button>
        )}
      </FileButton>
      {upload.isError && (
        <span role="alert" className="problem foreign">
          {errorText(upload.error)}
        </span>
      )}
      {upload.isSuccess && <span role="status">{words.form.saved}</span>}
    </span>
  );
}
