/** On which cluster does the test run, and how is it reached? */
@NullMarked
package dev.pgmend.e2e.kubernetes.cluster;

import org.jspecify.annotations.NullMarked;
