// The rule of check:lockfile.

const systems = ['linux', 'darwin', 'win32'];

/**
 * The packages of a lockfile whose programs for some of the systems are missing, one line each. pnpm
 * leaves them out without a word where it could not reach them, and installs nothing there.
 */
export function missingSystems({ packages, snapshots }) {
  return Object.entries(snapshots).flatMap(([name, { optionalDependencies = {} }]) => {
    const programs = Object.entries(optionalDependencies).map(([dependency, version]) =>
      systemsOf(packages[`${dependency}@${version}`]),
    );
    const there = new Set(programs.flat());
    if (!there.has('linux')) return [];
    const missing = systems.filter((system) => !there.has(system));
    return missing.length > 0 ? [`${name} has no program for ${missing.join(' and ')}`] : [];
  });
}

/** The systems that a package is for, where it holds a program for their processors. */
const systemsOf = ({ os = [], cpu } = {}) => (cpu === undefined ? [] : os);
