import { MantineProvider, localStorageColorSchemeManager } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { queries } from './session/queries.ts';
import { router } from './router/router.tsx';
import { theme } from './theme.ts';

/** If storage is blocked, Mantine's manager keeps the choice only while the page is open. */
const colorScheme = localStorageColorSchemeManager({ key: 'runwright-color-scheme' });

/** The pages' policy allows no style element, so Mantine's variables and styles are in a file. */
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
