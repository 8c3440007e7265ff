import { MantineProvider, localStorageColorSchemeManager } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { queries } from './session/queries.ts';
import { router } from './router/router.tsx';
import { theme } from './theme.ts';

/** Storage may be blocked: Mantine's manager then keeps the choice for as long as the page is open. */
const colorScheme = localStorageColorSchemeManager({ key: 'runwright-color-scheme' });

/** The policy of the pages allows no style element, so everything that Mantine would put into one is in a file. */
export function App() {
  return (
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      colorSchemeManager={colorScheme}
      withCssVariables={false}
      withGlobalClasses={false}
    >
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  );
}
