/** Detectors and their input. */
@NullMarked
package dev.pgmend.healing.detect;

import org.jspecify.annotations.NullMarked;
