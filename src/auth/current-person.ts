/** The person behind a request, as feature modules see them. */
export interface CurrentPerson {
  /** Never given to anybody else; what rows of features point at. */
  readonly id: string;
  readonly username: string;
  readonly email: string;
  readonly displayName: string | null;
  readonly roles: readonly string[];
}
