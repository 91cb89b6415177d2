import './workers.js';
import { GraphiQL } from 'graphiql';
import { useGraphiQL, useGraphiQLActions, useMonaco } from '@graphiql/react';
import { useEffect } from 'react';
import { createRoot } from 'react-dom/client';
import { EXAMPLE_HEADERS } from './examples/headers.js';
import { EXAMPLE_TABS } from './examples/index.js';
import { fetcher } from './fetcher.js';
import { storage } from './storage.js';
import './style.css';

/** GraphiQL asks for the system's theme once; this follows its changes. */
function FollowSystemTheme() {
  const { setTheme } = useGraphiQLActions();
  const theme = useGraphiQL((state) => state.theme);
  useEffect(() => {
    if (theme !== null) return undefined; // the reader chose one in the settings
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const follow = () => setTheme(null);
    dark.addEventListener('change', follow);
    return () => dark.removeEventListener('change', follow);
  }, [theme, setTheme]);
  return null;
}

/**
 * A tab with variables is of no use while the headers are in front of them, and only
 * GraphiQL's own button changes that. Where both are folded away, they stay so.
 */
function ShowVariables() {
  const tab = useGraphiQL((state) => state.tabs[state.activeTabIndex]);
  const hasVariables = Boolean(tab?.variables?.trim());
  useEffect(() => {
    const headersInFront = document.querySelector('[data-name="headers"].active');
    if (hasVariables && headersInFront) document.querySelector('[data-name="variables"]').click();
  }, [tab?.id]); // on going to a tab, and not while its variables are typed
  return null;
}

/** Prose in comments and in results is to be read without scrolling sideways. */
function WrapLongLines() {
  const monaco = useMonaco((state) => state.monaco);
  useEffect(() => {
    if (!monaco) return undefined;
    const wrap = (editor) => editor.updateOptions({ wordWrap: 'on' });
    monaco.editor.getEditors().forEach(wrap);
    const listener = monaco.editor.onDidCreateEditor(wrap);
    return () => listener.dispose();
  }, [monaco]);
  return null;
}

createRoot(document.getElementById('graphiql')).render(
  <GraphiQL
    fetcher={fetcher}
    storage={storage}
    defaultTabs={EXAMPLE_TABS}
    defaultHeaders={EXAMPLE_HEADERS}
    defaultEditorToolsVisibility="headers"
    // Web storage outlives the session and any script of this origin reads it:
    // no place for a token, so the setting is not even offered.
    shouldPersistHeaders={false}
    inputValueDeprecation
    schemaDescription
  >
    <GraphiQL.Logo>
      <span className="graphiql-logo-link">Imprenta</span>
    </GraphiQL.Logo>
    <FollowSystemTheme />
    <ShowVariables />
    <WrapLongLines />
  </GraphiQL>,
);
