import { Button } from '@mantine/core';
import { words } from '../words/words.ts';
import classes from './resources.module.css';

interface Props {
  query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => Promise<unknown> };
}

/** Loads the next page of a list that grows downwards, if there is one. */
export const MoreButton = ({ query }: Props) =>
  query.hasNextPage ? (
    <div className={classes['more']}>
      <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
        {words.page.more}
      </Button>
    </div>
  ) : null;
