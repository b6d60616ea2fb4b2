// Finds circles in a graph of imports.
/**
 * The circles in a graph of imports: each group of files of which everyone reaches every other one
 * (its strongly connected components of more than one file, and files that import themselves).
 * `imports` maps a file to the files that it imports.
 */
export function circlesOf(imports) {
  const order = new Map();
  const lowest = new Map();
  const stack = [];
  const onStack = new Set();
  const circles = [];

  const visit = (file) => {
    order.set(file, order.size);
    lowest.set(file, order.get(file));
    stack.push(file);
    onStack.add(file);
    for (const next of imports.get(file) ?? []) {
      if (!order.has(next)) visit(next);
      if (onStack.has(next)) lowest.set(file, Math.min(lowest.get(file), lowest.get(next)));
    }
    if (lowest.get(file) !== order.get(file)) return;
    const group = stack.splice(stack.indexOf(file));
    for (const member of group) onStack.delete(member);
    if (group.length > 1 || imports.get(file)?.includes(file)) circles.push(group.sort());
  };
  for (const file of imports.keys()) if (!order.has(file)) visit(file);
  return circles;
}
