/** Pages about findings and repairs, generated from their classes. */
@NullMarked
package dev.pgmend.healing.explain;

import org.jspecify.annotations.NullMarked;
