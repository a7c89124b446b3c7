/** Detectors of statements that became slower, and of spills to disk. */
@NullMarked
package dev.pgmend.healing.detect.workload;

import org.jspecify.annotations.NullMarked;
