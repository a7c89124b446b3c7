/** Robust statistics of what is usual for a quantity, and how far a value is from it. */
@NullMarked
package dev.pgmend.healing.baseline;

import org.jspecify.annotations.NullMarked;
