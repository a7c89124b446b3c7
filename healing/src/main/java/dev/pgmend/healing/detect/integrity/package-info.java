/** Detectors of damage and of collation changes. */
@NullMarked
package dev.pgmend.healing.detect.integrity;

import org.jspecify.annotations.NullMarked;
