/** Which pages explain findings and repairs, as their classes declare them? */
@NullMarked
package dev.pgmend.healing.explain;

import org.jspecify.annotations.NullMarked;
