/** What is usual for a quantity, told by robust statistics, and how far from it a value is. */
@NullMarked
package dev.pgmend.healing.baseline;

import org.jspecify.annotations.NullMarked;
