/** Which steps does the test take on the cluster? One class each. */
@NullMarked
package dev.pgmend.e2e.kubernetes.stage;

import org.jspecify.annotations.NullMarked;
