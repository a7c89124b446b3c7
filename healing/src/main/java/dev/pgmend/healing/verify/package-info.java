/** Measures statements before and after a repair, and gives a verdict. */
@NullMarked
package dev.pgmend.healing.verify;

import org.jspecify.annotations.NullMarked;
