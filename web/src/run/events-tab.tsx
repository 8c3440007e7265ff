import { relatedId } from '@runwright/client';
import { useQuery } from '@tanstack/react-query';
import { words } from '../words/words.ts';
import { Card } from '../parts/card.tsx';
import { Failed, Loading } from '../parts/page-state.tsx';
import { visibleText } from '../parts/visible-text.ts';
import { useSearchState } from '../place/use-search-state.ts';
import { client } from '../session/client.ts';
import { Replay } from './replay.tsx';
import classes from './run.module.css';

/** All events of the run, in order, with their actors. */
export function EventsTab({ runId, status }: { runId: string; status: string }) {
  const [search, setSearch] = useSearchState();
  const events = useQuery({
    queryKey: ['events', runId, status],
    queryFn: ({ signal }) => client.runs.events(runId, { include: ['actor'], signal }),
    placeholderData: (before) => before,
  });
  if (events.isPending) return <Loading />;
  if (events.isError) return <Failed error={events.error} retry={() => void events.refetch()} />;
  const { data, included = [] } = events.data;
  const nameOf = (id: string | undefined): string => {
    const name = included.find((each) => each.id === id)?.attributes['username'];
    return typeof name === 'string' ? name : words.run.bySystem;
  };
  const last = data.length - 1;
  const wanted = Number(search['event'] ?? last + 1) - 1;
  const index = Number.isInteger(wanted) && wanted >= 0 && wanted < last ? wanted : last;
  return (
    <Card title={words.run.tabs.events}>
      <Replay
        moments={data.map((event) => ({
          action: event.attributes.action,
          at: event.attributes['created-at'],
        }))}
        index={index}
        choose={(next) => setSearch({ event: next === last ? '' : String(next + 1) })}
      />
      <ol className={classes['events']}>
        {data.map((event, place) => {
          const { action, description } = event.attributes;
          const at = event.attributes['created-at'];
          return (
            <li
              key={event.id}
              data-later={place > index || undefined}
              {...(place === index ? { 'aria-current': 'step' as const } : {})}
            >
              <time
                className="muted mono"
                dateTime={at}
                title={at === undefined ? '' : new Date(at).toLocaleString()}
              >
                {at === undefined ? '' : new Date(at).toLocaleTimeString()}
              </time>
              <span>
                <b>{eventText(action)}</b>{' '}
                <span className="muted foreign">
                  {nameOf(relatedId(event, 'actor'))}
                  {description !== undefined &&
                    description !== null &&
                    description !== '' &&
                    ` – ${visibleText(description)}`}
                </span>
              </span>
            </li>
          );
        })}
      </ol>
    </Card>
  );
}

function eventText(action: string): string {
  const text = action.replaceAll('_', ' ');
  return (
    words.run.event[action] ?? words.run.status[action] ?? `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`
  );
}
