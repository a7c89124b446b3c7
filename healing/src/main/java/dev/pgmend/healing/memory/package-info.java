/** What inspections remember from one to the next. */
@NullMarked
package dev.pgmend.healing.memory;

import org.jspecify.annotations.NullMarked;
