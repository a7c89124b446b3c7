/** Detectors of faults in indexes. */
@NullMarked
package dev.pgmend.healing.detect.index;

import org.jspecify.annotations.NullMarked;
