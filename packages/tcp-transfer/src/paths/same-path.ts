// Compares two paths without links.

/** Whether two paths may be one: some disks distinguish neither case nor forms of a letter. */
export function isSamePath(one: string, other: string): boolean {
  return one.normalize().toLowerCase() === other.normalize().toLowerCase();
}
