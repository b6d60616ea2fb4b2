// Tests the rules by which the scripts of this folder check and release.
import './test/missing-systems.test.mjs';
