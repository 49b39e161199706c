/**
 * SQL for the name a person is shown by: the whole one, else given and family name, else null. Which of them a platform
 * sends is its own affair (OpenID Connect Core 1.0, section 5.1).
 * @param person the alias of the table `person`
 */
export function shownName(person: string): string {
  return `coalesce(${person}.name, nullif(concat_ws(' ', ${person}.given_name, ${person}.family_name), ''))`;
}
