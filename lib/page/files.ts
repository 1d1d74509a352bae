/** The page as served: one document, one script, one style sheet. */
export interface PageFiles {
  readonly html: string;
  readonly script: string;
  readonly style: string;
}

/** Where the page's files lie beside the bundle of the function that serves them. */
export const PAGE_FILES: PageFiles = {
  html: 'page/index.html',
  script: 'page/main.js',
  style: 'page/style.css',
};
