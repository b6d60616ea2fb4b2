// Tests the rules by which the scripts of this folder check and release.
import './test/build.test.mjs';
import './test/changelog.test.mjs';
import './test/changesets.test.mjs';
import './test/circles.test.mjs';
import './test/missing-systems.test.mjs';
import './test/own-folder.test.mjs';
