import { Button, Modal, TextInput } from '@mantine/core';
import type { KeptProvider, ProviderOrder, ProviderStore } from '@runwright/client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Form } from '../forms/form.tsx';
import { ConfirmDelete } from '../parts/confirm-delete.tsx';
import { Icon } from '../parts/icon.tsx';
import { Refused } from '../parts/refused.tsx';
import { Age } from '../parts/time.tsx';
import { client } from '../session/client.ts';
import { laterWords } from '../words/later-words.ts';
import { words } from '../words/words.ts';
import { SimpleList } from './simple-list.tsx';
import { useList } from './use-list.ts';

const A = laterWords.setting.agents;

const LOOK_EVERY_MS = 2_000;
const SHOWN_ORDERS = 10;
const isOpen = (order: { attributes: { status: string } }): boolean =>
  ['queued', 'working'].includes(order.attributes.status);

/** The packages of a store, with buttons that order something of its runner, and what came of the last orders. */
export function KeptProviders({ store }: { store: ProviderStore }) {
  const queries = useQueryClient();
  const { query } = useList(['kept-providers', store.id], (page) =>
    client.providerStores.list(store.id, page),
  );
  const orders = useQuery({
    queryKey: ['provider-store-orders', store.id],
    queryFn: async ({ signal }) => {
      const { data } = await client.providerStores.listOrders(store.id, { pageSize: SHOWN_ORDERS, signal });
      // The runner reports what it keeps together with the result of an order.
      await queries.invalidateQueries({ queryKey: ['kept-providers', store.id] });
      return data;
    },
    refetchInterval: ({ state: { data = [] } }) => (data.some(isOpen) ? LOOK_EVERY_MS : false),
  });
  const give = async (order: ProviderOrder): Promise<void> => {
    await client.providerStores.order(store.id, order);
    await orders.refetch();
  };
  const pin = useMutation({ mutationFn: give });
  const { name } = store.attributes;
  return (
    <>
      <Refused error={pin.error} />
      <SimpleList
        query={query}
        title={`${name}: ${A.kept}`}
        aside={store.attributes.source === 'registries' && <Prefetch give={give} />}
        columns={[A.provider, A.version, A.size, A.lastUsed, A.orders]}
        keyOf={(kept) => kept.id}
        row={({ attributes: a }) => [
          <span className="foreign" key="address">
            {a.address}
          </span>,
          `${a.version} ${a.platform}`,
          `${Math.ceil(a['size-bytes'] / 1024 ** 2).toLocaleString()} MB`,
          <Age key="used" at={a['last-used-at']} />,
          <span className="row" key="orders">
            <Button
              variant="subtle"
              size="compact-xs"
              disabled={pin.isPending}
              onClick={() => pin.mutate({ kind: a.pinned ? 'unpin' : 'pin', ...nameOf(a) })}
            >
              {a.pinned ? A.unpin : A.pin}
            </Button>
            {!a.pinned && (
              <ConfirmDelete
                button={words.form.delete}
                title={`${words.form.delete}: ${a.address} ${a.version}`}
                text={A.deleteKept}
                act={() => give({ kind: 'delete', ...nameOf(a) })}
              />
            )}
          </span>,
        ]}
      />
      {orders.data !== undefined && orders.data.length > 0 && (
        <SimpleList
          query={orders}
          title={`${name}: ${A.orders}`}
          columns={[A.order, A.provider, A.status, A.result]}
          keyOf={(order) => order.id}
          row={({ attributes: a }) => [
            a.kind,
            <span className="foreign" key="address">{`${a.address} ${a.version}`}</span>,
            a.status,
            <span className="foreign" key="message">
              {a.message}
            </span>,
          ]}
        />
      )}
    </>
  );
}

const nameOf = ({ address, version, platform }: KeptProvider['attributes']) => ({
  address,
  version,
  platform,
});

/** Asks for a provider that the runner is to fetch. */
function Prefetch({ give }: { give: (order: ProviderOrder) => Promise<void> }) {
  const [isOpen, setOpen] = useState(false);
  const [address, setAddress] = useState('');
  const [version, setVersion] = useState('');
  const close = (): void => {
    setOpen(false);
    fetching.reset();
  };
  const fetching = useMutation({
    mutationFn: () => give({ kind: 'prefetch', address: address.trim(), version: version.trim() }),
    onSuccess: close,
  });
  return (
    <>
      <Button size="sm" leftSection={<Icon name="plus" size={14} />} onClick={() => setOpen(true)}>
        {A.prefetch}
      </Button>
      <Modal
        opened={isOpen}
        onClose={close}
        title={A.prefetch}
        closeButtonProps={{ 'aria-label': words.shell.close }}
      >
        <Form
          submit={() => fetching.mutate()}
          isPending={fetching.isPending}
          error={fetching.error}
          label={A.prefetch}
          cancel={close}
        >
          {(errorOf) => (
            <>
              <TextInput
                data-autofocus
                label={A.provider}
                placeholder="registry.terraform.io/hashicorp/aws"
                value={address}
                error={errorOf('address')}
                onChange={({ currentTarget }) => setAddress(currentTarget.value)}
              />
              <TextInput
                label={A.version}
                placeholder="5.100.0"
                value={version}
                error={errorOf('version')}
                onChange={({ currentTarget }) => setVersion(currentTarget.value)}
              />
            </>
          )}
        </Form>
      </Modal>
    </>
  );
}
