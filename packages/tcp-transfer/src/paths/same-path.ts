// Whether two paths without links are one.

/** Some disks tell apart neither capital letters nor the forms of a letter. */
export function isSamePath(one: string, other: string): boolean {
  return one.normalize().toLowerCase() === other.normalize().toLowerCase();
}
