// Whether two paths without links are one.

/** Some disks tell neither capital letters nor the forms of a letter apart. */
export function isSamePath(one: string, other: string): boolean {
  return one.normalize().toLowerCase() === other.normalize().toLowerCase();
}
