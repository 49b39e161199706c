// The grade books of the courses: columns, the cells in them, and every score that arrived, in order.
import type { Platform } from './platform.ts';
import type { Course } from './school.ts';

/** A line item. */
export type Column = {
  /** In its address. */
  readonly number: number;
  readonly courseId: string;
  /** Whose column it is: no other tool sees it. */
  readonly clientId: string;
  /** What the tool said of it, extensions too, without `id`. */
  facts: ColumnFacts;
  /** Made by the LMS with its link, and not by a call of the tool. */
  readonly coupled: boolean;
  /** By `sub`. */
  readonly cells: Map<string, Cell>;
};

export type ColumnFacts = {
  label: string;
  scoreMaximum: number;
  resourceId?: string;
  tag?: string;
  resourceLinkId?: string;
  startDateTime?: string;
  endDateTime?: string;
  gradesReleased?: boolean;
  submissionReview?: { reviewableStatus?: readonly string[]; label?: string; url?: string; custom?: Record<string, string> };
  [extension: string]: unknown;
};

/** What a column holds of one learner. */
export type Cell = {
  /** On the column's scale; null while there is none, or when the LMS threw it away. */
  score: number | null;
  comment: string | null;
  activityProgress: string;
  gradingProgress: string;
  /** As the tool dated it. */
  timestamp: Temporal.Instant;
  arrivedAt: Temporal.Instant;
};

/** One POST to /scores, whatever became of it. `status` is null until it is answered, and for one that never was. */
export type Arrival = {
  at: Temporal.Instant;
  courseId: string;
  /** Address of the line item. */
  lineItem: string;
  label: string | null;
  userId: unknown;
  score: Record<string, unknown> | null;
  timestamp: unknown;
  status: number | null;
};

export type GradeBook = {
  /** Every POST to /scores in the order in which they came. */
  readonly arrivals: Arrival[];
  /** For tests: page size of line items and results when no limit is asked; undefined leaves it to the profile. */
  pageSize: number | null | undefined;
  columns(courseId: string): Column[];
  column(courseId: string, number: number): Column | undefined;
  /** Adds a column as the LMS does with a link (`coupled`), or as a tool does. */
  addColumn(courseId: string, facts: ColumnFacts, options?: { clientId?: string; coupled?: boolean }): Column;
  deleteColumn(column: Column): void;
  /** The column that was made with this link; null once it was deleted, undefined when there never was one. */
  columnOfLink(courseId: string, resourceLinkId: string, clientId: string): Column | null | undefined;
  urlOf(column: Column, path?: '' | '/scores' | '/results'): string;
  containerUrl(courseId: string): string;
  /** The score of a learner in the column of this label; null when there is none. */
  scoreOf(courseId: string, label: string, sub: string): number | null;
};

export function createGradeBook(platform: Pick<Platform, 'issuer' | 'profile' | 'tools' | 'courses'>): GradeBook {
  const columns: Column[] = [];
  /** Links whose own column was deleted: course and link id. */
  const deleted = new Set<string>();
  let lastNumber = 0;

  const book: GradeBook = {
    arrivals: [],
    pageSize: undefined,
    columns: (courseId) => columns.filter((column) => column.courseId === courseId),
    column: (courseId, number) => columns.find((column) => column.courseId === courseId && column.number === number),
    addColumn(courseId, facts, { clientId = platform.tools[0]!.clientId, coupled = false } = {}) {
      lastNumber += 1;
      const column: Column = { number: lastNumber, courseId, clientId, facts, coupled, cells: new Map() };
      columns.push(column);
      return column;
    },
    deleteColumn(column) {
      columns.splice(columns.indexOf(column), 1);
      if (column.coupled) deleted.add(`${column.courseId} ${column.facts.resourceLinkId}`);
    },
    columnOfLink(courseId, resourceLinkId, clientId) {
      const own = columns.find((column) => column.courseId === courseId && column.facts.resourceLinkId === resourceLinkId && column.clientId === clientId);
      if (own) return own;
      if (deleted.has(`${courseId} ${resourceLinkId}`)) return null;
      if (!platform.profile.lineItems.everyLinkHasOne) return undefined;
      const title = courseOf(courseId).links.find((link) => link.resourceLinkId === resourceLinkId)?.title ?? resourceLinkId;
      return book.addColumn(courseId, { label: title, scoreMaximum: 1, resourceLinkId }, { clientId, coupled: true });
    },
    urlOf: ({ courseId, number }, path = '') => `${platform.issuer}/ags/${courseId}/line-items/${number}${path}${queryOf(platform)}`,
    containerUrl: (courseId) => `${platform.issuer}/ags/${courseId}/line-items${queryOf(platform)}`,
    scoreOf: (courseId, label, sub) => columns.find((column) => column.courseId === courseId && column.facts.label === label)?.cells.get(sub)?.score ?? null,
  };
  return book;

  function courseOf(courseId: string): Course {
    const course = platform.courses.find(({ id }) => id === courseId);
    if (!course) throw new Error(`The platform has no course ${courseId}`);
    return course;
  }
}

function queryOf({ profile }: Pick<Platform, 'profile'>): string {
  return profile.lineItems.query === '' ? '' : `?${profile.lineItems.query}`;
}
