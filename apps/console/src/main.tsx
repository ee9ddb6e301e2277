import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createBrowserRouter, RouterProvider } from 'react-router';
import { queryClient } from './api/query-client.ts';
import { App } from './app.tsx';
import { begin } from './shell/begin.ts';
import { PageDefect } from './shell/error-boundary.tsx';
import { startTheme } from './shell/theme.ts';
import './ui/styles/index.css';

startTheme();
void begin();

const root = document.getElementById('root');
if (!root) throw new Error('the page has no #root');
// One route for all: only such a router lets a page ask before it is left.
const router = createBrowserRouter([{ path: '*', element: <App />, errorElement: <PageDefect /> }]);
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
