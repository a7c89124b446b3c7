/** Did a repair help? Measures statements before and after it and gives a verdict. */
@NullMarked
package dev.pgmend.healing.verify;

import org.jspecify.annotations.NullMarked;
