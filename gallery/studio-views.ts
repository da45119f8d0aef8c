import type { Page } from 'playwright-core';
import { ANNA, type StudioRoom } from './studio-room.ts';

/** A page of the studio. */
export interface View {
  readonly name: string;
  readonly path: (room: StudioRoom) => string;
  /** Before anybody has logged in. */
  readonly outside?: boolean;
}

const READER = 'everything%40readers.example';

/** Every one of them. */
export const VIEWS: readonly View[] = [
  { name: 'log-in', path: () => '/studio/login', outside: true },
  { name: 'review', path: ({ review }) => review, outside: true },
  { name: 'desk', path: () => '/studio' },
  { name: 'draft', path: ({ draft }) => `/studio/editions/${draft}` },
  { name: 'a-story-open', path: ({ draft, story }) => `/studio/editions/${draft}?open=${story}` },
  { name: 'articles-around', path: ({ draft }) => `/studio/editions/${draft}/articles?show=all` },
  { name: 'changes', path: ({ draft }) => `/studio/editions/${draft}/history` },
  { name: 'personas', path: ({ draft }) => `/studio/editions/${draft}/personas` },
  { name: 'send-now', path: ({ draft }) => `/studio/editions/${draft}/send-now` },
  { name: 'sent', path: ({ sent }) => `/studio/editions/${sent}` },
  { name: 'who-got-it', path: ({ sent }) => `/studio/editions/${sent}/deliveries?address=${READER}` },
  { name: 'take-out', path: ({ sent, told }) => `/studio/editions/${sent}/pull/${told}` },
  { name: 'correct', path: ({ sent, told }) => `/studio/editions/${sent}/correct?story=${told}` },
  { name: 'readers', path: () => `/studio/readers?address=${READER}` },
  { name: 'articles', path: () => '/studio/articles' },
  { name: 'article', path: ({ story }) => `/studio/articles/${story}` },
  { name: 'sources', path: () => '/studio/sources' },
  { name: 'caught', path: () => '/studio/caught' },
  { name: 'on-your-site', path: () => '/studio/embed' },
  { name: 'editors', path: () => '/studio/editors' },
  { name: 'account', path: () => '/studio/account' },
];

/** As the editor who may approve. */
export async function logIn(page: Page, origin: string): Promise<void> {
  await page.goto(`${origin}/studio/login`);
  await page.getByLabel('Email address').fill(ANNA.email);
  await page.getByLabel('Password').fill(ANNA.password);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.waitForURL((url) => !url.pathname.endsWith('/login'));
}
