/** Detectors of faults in tables and sequences. */
@NullMarked
package dev.pgmend.healing.detect.table;

import org.jspecify.annotations.NullMarked;
