import { mkdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createRequire } from 'node:module';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
// infra/local is no project of the graph, and the only place that knows where programs are installed.
// eslint-disable-next-line @nx/enforce-module-boundaries
import { serverProgram } from '../../infra/local/servers.mjs';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const SCREENSHOTS = resolve('test-output/screenshots');
const PAGE_DEADLINE_MS = 15_000;

export const DESKTOP = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };

/** What EN 301 549 asks, and what WCAG 2.2 adds. */
const AXE_TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** A browser says in its console what it could not fetch: that is what these answers are for, and no defect of the page. */
const EXPECTED_STATUS = /Failed to load resource: .*\b(?:401|403|404|409|412|422)\b/u;

export interface Tab {
  readonly page: Page;
  /** Errors that the page wrote, and exceptions that nobody caught. Tests end with this being empty. */
  readonly errors: readonly string[];
  /** Whatever is refused here is refused for a reason of the test: `/net::ERR_/u` while the network is cut. */
  tolerate(pattern: RegExp): void;
}

export interface TabOptions {
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly language?: 'de' | 'en';
  readonly colorScheme?: 'light' | 'dark';
  readonly hasTouch?: boolean;
  /** In the browser of this tab, as it is: with its session, its storage and what it has loaded. */
  readonly beside?: Tab;
}

/** Chromium without a window. Tabs have cookies and storage of their own. */
export class TestBrowser {
  readonly #contexts: BrowserContext[] = [];
  /** Signed in, by language and kind of screen. */
  readonly #signedIn = new Map<string, Promise<BrowserContext>>();
  readonly #pages: Page[] = [];

  private constructor(
    private readonly browser: Browser,
    private readonly url: string,
  ) {}

  /** @param url where the console is */
  static async start(url: string): Promise<TestBrowser> {
    const browser = await chromium.launch({
      executablePath: process.env['CHROMIUM_PATH'] ?? serverProgram('chromium'),
      headless: true,
      args: [
        '--no-sandbox',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        // The map needs WebGL, and there is no graphics card: the processor draws.
        '--use-angle=swiftshader',
        '--enable-unsafe-swiftshader',
        '--ignore-gpu-blocklist',
      ],
    });
    return new TestBrowser(browser, url);
  }

  async open(path: string, options: TabOptions = {}): Promise<Tab> {
    if (options.beside) return openPage(options.beside.page.context(), path);
    return openPage(await this.#newContext(options), path);
  }

  /**
   * Signed in with the token of the installation, until `closePages`. Tabs of one language and kind of screen are of one browser, with
   * its session, its storage and what it has loaded: nobody signs in anew for every page either.
   */
  async openSignedIn(path: string, token: string, options: Omit<TabOptions, 'beside'> = {}): Promise<Tab> {
    const { viewport = DESKTOP, colorScheme = 'light', language = 'de', hasTouch = false } = options;
    const kind = `${language} ${hasTouch ? 'touch' : 'pointer'}`;
    const known = this.#signedIn.get(kind) ?? this.#signIn(options, token);
    this.#signedIn.set(kind, known);
    const page = await (await known).newPage();
    this.#pages.push(page);
    const tab = watch(page);
    await page.setViewportSize({ ...viewport });
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.goto(path);
    return tab;
  }

  /** Those of `openSignedIn`: each page that is left open goes on listening, and drawing. */
  async closePages(): Promise<void> {
    await Promise.all(this.#pages.splice(0).map((page) => page.close()));
  }

  async #signIn(options: TabOptions, token: string): Promise<BrowserContext> {
    const context = await this.#newContext(options);
    const tab = await openPage(context, '/account');
    await signInWithToken(tab, token);
    await tab.page.close();
    return context;
  }

  async #newContext(options: TabOptions): Promise<BrowserContext> {
    const { viewport = DESKTOP, language = 'de', colorScheme = 'light', hasTouch = false } = options;
    const context = await this.browser.newContext({
      baseURL: this.url,
      viewport: { ...viewport },
      colorScheme,
      hasTouch,
      locale: language === 'de' ? 'de-DE' : 'en-GB',
      timezoneId: 'Europe/Berlin',
      reducedMotion: 'reduce',
    });
    this.#contexts.push(context);
    context.setDefaultTimeout(PAGE_DEADLINE_MS);
    if (language === 'en') {
      await context.addInitScript(() => localStorage.setItem('stadtfunk.language', 'en'));
    }
    return context;
  }

  async close(): Promise<void> {
    await Promise.all(this.#contexts.map((context) => context.close()));
    await this.browser.close();
  }
}

async function openPage(context: BrowserContext, path: string): Promise<Tab> {
  const page = await context.newPage();
  const tab = watch(page);
  await page.goto(path);
  return tab;
}

function watch(page: Page): Tab {
  const errors: string[] = [];
  const tolerated: RegExp[] = [EXPECTED_STATUS];
  const note = (text: string) => {
    if (!tolerated.some((pattern) => pattern.test(text))) errors.push(text);
  };
  page.on('console', (message) => {
    if (message.type() === 'error') note(message.text());
  });
  page.on('pageerror', (error) => note(`${error.name}: ${error.message}`));
  return { page, errors, tolerate: (pattern) => void tolerated.push(pattern) };
}

/** Signs in with the token of the installation, on whatever page one is. */
export async function signInWithToken({ page }: Tab, token: string): Promise<void> {
  await page.getByRole('button', { name: /API-Token|API token/u }).click();
  await page.getByLabel(/API-Token|API token/u).fill(token);
  await submit(page);
}

/** Signs in with account and password. */
export async function signIn({ page }: Tab, name: string, password: string): Promise<void> {
  await page.getByLabel(/Kontoname|Account name/u).fill(name);
  await page.getByLabel(/Kennwort|Password/u).fill(password);
  await submit(page);
}

/** Until there is a session: the page that asks to sign in has a banner as well, and whoever closes it too early has no cookie. */
async function submit(page: Page): Promise<void> {
  const opened = page.waitForResponse(
    (response) => response.request().method() === 'POST' && new URL(response.url()).pathname === '/api/v1/session',
  );
  await page.getByRole('button', { name: /^(Anmelden|Sign in)$/u }).click();
  await opened;
  await page.getByRole('banner').waitFor();
}

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly help: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
  }[];
}

let axe: Promise<string> | undefined;

/**
 * What axe-core finds on the page as it is, a line each; empty: nothing.
 * @param rules only these; without, all that have to do with what EN 301 549 asks
 */
export async function violations({ page }: Tab, rules?: readonly string[]): Promise<readonly string[]> {
  // A page whose code is still being loaded has no heading yet; one without any is told by the deadline.
  await page.locator('h1').first().waitFor();
  // By the developer tools: the page's policy lets no script in that is not the server's.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(await (axe ??= readFile(AXE, 'utf8')));
  const result = await page.evaluate<AxeResult>(
    `axe.run(document, { runOnly: ${JSON.stringify(rules ?? AXE_TAGS)}, resultTypes: ['violations'] })`,
  );
  return result.violations.flatMap(({ id, help, nodes }) =>
    nodes.map(
      ({ html, failureSummary = '' }) => `${id}: ${help}: ${html.slice(0, 200)} ${failureSummary.slice(0, 300)}`,
    ),
  );
}

/** Keeps a picture of the page in `test-output/screenshots`. */
export async function screenshot({ page }: Tab, name: string): Promise<void> {
  await mkdir(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), animations: 'disabled' });
}

/** Whether the page is wider than the screen, so that one would have to scroll sideways. */
export function isTooWide({ page }: Tab): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth + 1);
}

/** Presses Tab until this is focused; fails after `most` times. */
export async function tabTo({ page }: Tab, selector: string, most = 60): Promise<void> {
  for (let count = 0; count < most; count++) {
    await page.keyboard.press('Tab');
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) === true, selector)) return;
  }
  throw new Error(`${selector} cannot be reached by Tab`);
}
